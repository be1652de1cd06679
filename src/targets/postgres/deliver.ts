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
  type Marker,
} from './marker.ts';
import type { Session } from './session.ts';
import {
  addColumns,
  checkColumns,
  checkKey,
  checkRows,
  createStage,
  createTable,
  quotedColumns,
  quotedTable,
  STAGE,
  tableOf,
} from './table.ts';

/**
 * One transaction: the rows come into a temporary table while readers and other writers go on, then the marker is looked
 * at, and the table is written from there. DELETE and INSERT rather than TRUNCATE or a table that takes its place: those
 * look empty to whoever has an older snapshot, and the second one leaves views, grants and foreign keys behind.
 */
export async function deliver(session: Session, delivery: Delivery, { columns, rows }: Outflow): Promise<Delivered> {
  await prepareMarkers(session);
  const early = await markerOf(session, delivery);
  checkMarker(delivery, early);
  const table = await tableOf(session, delivery);
  // Nobody but Bough has a say in the columns of a table that it made.
  if (table !== null) checkColumns(delivery, columns, table, early?.made === table.oid);
  await checkKey(session, delivery, columns);
  await session.send(createStage(columns));
  const names = quotedColumns(columns.map(({ name }) => name));
  const count = await session.copyIn(`COPY ${STAGE} (${names}) FROM STDIN (FORMAT csv)`, rows);
  if (delivery.mode === 'upsert') await checkRows(session, delivery);
  await holdTable(session, delivery);
  const marker = await markerOf(session, delivery);
  if (await isIn(session, delivery, marker)) return { type: 'already' };
  const made = await write(session, delivery, columns, marker?.made ?? null);
  if (delivery.mode === 'append') await noteAppended(session, delivery, delivery.content);
  await session.send(raiseMarker(delivery, made));
  return { type: 'written', rows: count };
}

/** Whether there is nothing to write any more; refuses a table that these rows must not go into. */
async function isIn(session: Session, delivery: Delivery, marker: Marker | null): Promise<boolean> {
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
  if ((await tableOf(session, delivery)) === null) return false;
  return (await session.rows(`SELECT 1 FROM ${quotedTable(delivery)} LIMIT 1`)).length > 0;
}

/** Gives the object id of the table where Bough made it, now or before. */
async function write(
  session: Session,
  delivery: Delivery,
  columns: readonly Column[],
  made: string | null,
): Promise<string | null> {
  const present = await tableOf(session, delivery);
  if (present === null) await createTable(session, delivery, columns);
  else if (present.oid === made) await addColumns(session, delivery, present, columns);
  const table = quotedTable(delivery);
  const names = quotedColumns(columns.map(({ name }) => name));
  if (present !== null && delivery.mode === 'replace')
    await session.send(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE; DELETE FROM ${table}`);
  const conflict = delivery.mode === 'upsert' ? onConflict(delivery, columns) : '';
  await session.send(`INSERT INTO ${table} AS t (${names}) SELECT ${names} FROM ${STAGE} ${conflict}`);
  return present === null ? ((await tableOf(session, delivery))?.oid ?? null) : present.oid === made ? made : null;
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
