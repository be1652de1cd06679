import type { Column } from '../../model/facts.ts';
import type { Outflow } from '../../model/outflow.ts';
import { quoteIdentifier } from '../../postgres/literal.ts';
import type { Delivered, Delivery } from '../contract.ts';
import {
  checkMarker,
  holdTable,
  isMine,
  markerOf,
  noteAppended,
  prepareMarkers,
  raiseMarker,
  refusal,
  wasAppended,
} from './marker.ts';
import type { Session } from './session.ts';
import {
  checkColumns,
  checkKey,
  checkRows,
  createStage,
  createTable,
  presentColumns,
  quotedColumns,
  quotedTable,
  STAGE,
} from './table.ts';

/**
 * One transaction: the rows come into a temporary table while readers and other writers go on, then the marker is looked
 * at, and the table is written from there. DELETE and INSERT rather than TRUNCATE or a table that takes its place: those
 * look empty to whoever has an older snapshot, and the second one leaves views, grants and foreign keys behind.
 */
export async function deliver(session: Session, delivery: Delivery, { columns, rows }: Outflow): Promise<Delivered> {
  await prepareMarkers(session);
  checkMarker(delivery, await markerOf(session, delivery));
  const early = await presentColumns(session, delivery);
  if (early !== null) checkColumns(delivery, columns, early);
  await checkKey(session, delivery, columns);
  await session.send(createStage(columns));
  const names = quotedColumns(columns.map(({ name }) => name));
  const count = await session.copyIn(`COPY ${STAGE} (${names}) FROM STDIN (FORMAT csv)`, rows);
  if (delivery.mode === 'upsert') await checkRows(session, delivery);
  await holdTable(session, delivery);
  if (await isIn(session, delivery)) return { type: 'already' };
  await write(session, delivery, columns);
  if (delivery.mode === 'append') await noteAppended(session, delivery, delivery.content);
  await session.send(raiseMarker(delivery));
  return { type: 'written', rows: count };
}

/** Whether there is nothing to write any more; refuses a table that these rows must not go into. */
async function isIn(session: Session, delivery: Delivery): Promise<boolean> {
  const marker = await markerOf(session, delivery);
  checkMarker(delivery, marker);
  const mine = marker !== null && isMine(delivery, marker);
  const { adopt, last, mode, content } = delivery;
  if (!mine && !adopt && (await holdsRows(session, delivery)))
    throw refusal(delivery, 'export-taken', 'holds rows that Bough did not write');
  if (mode !== 'append') return false;
  if (last !== null && !(await wasAppended(session, delivery, last))) {
    if (!adopt) throw refusal(delivery, 'export-unmarked', 'does not say that it holds what was appended last');
    await noteAppended(session, delivery, last);
  }
  return wasAppended(session, delivery, content);
}

async function holdsRows(session: Session, delivery: Delivery): Promise<boolean> {
  if ((await presentColumns(session, delivery)) === null) return false;
  return (await session.rows(`SELECT 1 FROM ${quotedTable(delivery)} LIMIT 1`)).length > 0;
}

async function write(session: Session, delivery: Delivery, columns: readonly Column[]): Promise<void> {
  const table = quotedTable(delivery);
  const names = quotedColumns(columns.map(({ name }) => name));
  if ((await presentColumns(session, delivery)) === null) await createTable(session, delivery, columns);
  else if (delivery.mode === 'replace')
    await session.send(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE; DELETE FROM ${table}`);
  const conflict = delivery.mode === 'upsert' ? onConflict(delivery, columns) : '';
  await session.send(`INSERT INTO ${table} AS t (${names}) SELECT ${names} FROM ${STAGE} ${conflict}`);
}

/** Rows that say the same already are left alone; they are compared as text, for not every type has an equality. */
function onConflict({ key }: Delivery, columns: readonly Column[]): string {
  const others = columns.map(({ name }) => name).filter((name) => !key.includes(name));
  const target = `ON CONFLICT (${quotedColumns(key)}) DO`;
  if (others.length === 0) return `${target} NOTHING`;
  const all = (of: string): string => others.map((name) => `${of}.${quoteIdentifier(name)}`).join(', ');
  const set = others.map((name) => `${quoteIdentifier(name)} = excluded.${quoteIdentifier(name)}`).join(', ');
  return `${target} UPDATE SET ${set} WHERE ROW(${all('t')})::text IS DISTINCT FROM ROW(${all('excluded')})::text`;
}
