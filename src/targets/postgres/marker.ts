import { literal } from '../../postgres/literal.ts';
import { problem, UserError } from '../../model/problems.ts';
import type { Delivery } from '../contract.ts';
import type { Session } from './session.ts';

/** What a table says of who wrote it last. */
export interface Marker {
  readonly state: string;
  readonly environment: string;
  readonly node: string;
  readonly token: number;
  readonly operation: string;
  readonly content: string;
  /** Object id of the table, where Bough made it. */
  readonly made: string | null;
}

const TABLES = `CREATE SCHEMA IF NOT EXISTS bough;
CREATE TABLE IF NOT EXISTS bough.exports (
  table_schema text NOT NULL, table_name text NOT NULL, state text NOT NULL, environment text NOT NULL,
  node text NOT NULL, token bigint NOT NULL, operation text NOT NULL, content text NOT NULL,
  made bigint, written_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (table_schema, table_name));
CREATE TABLE IF NOT EXISTS bough.appended (
  table_schema text NOT NULL, table_name text NOT NULL, content text NOT NULL,
  PRIMARY KEY (table_schema, table_name, content))`;

/** Any number, the same for all: two that come first make one schema. */
const FIRST = 7_264_913_541;

/** Makes the tables of markers where they are not there. */
export async function prepareMarkers(session: Session): Promise<void> {
  if ((await session.text(`SELECT to_regclass('bough.appended')`)) !== null) return;
  await session.send(`SELECT pg_advisory_xact_lock(${FIRST}); ${TABLES}`);
}

const ofTable = ({ table }: Delivery): string =>
  `table_schema = ${literal(table.schema)} AND table_name = ${literal(table.name)}`;

/** The marker, as it is committed. */
export async function markerOf(session: Session, delivery: Delivery): Promise<Marker | null> {
  const [row] = await session.rows(
    `SELECT state, environment, node, token, operation, content, made FROM bough.exports WHERE ${ofTable(delivery)}`,
  );
  if (row === undefined) return null;
  const [state = '', environment = '', node = '', token, operation = '', content = ''] = row.map((one) => one ?? '');
  return { state, environment, node, token: Number(token), operation, content, made: row[6] ?? null };
}

/** From here to the end of the transaction nobody else writes the table or its marker by way of Bough. */
export async function holdTable(session: Session, { table }: Delivery): Promise<void> {
  const name = literal(JSON.stringify(['bough export', table.schema, table.name]));
  await session.send(`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}

export const isMine = ({ owner }: Delivery, marker: Marker): boolean =>
  marker.state === owner.state && marker.environment === owner.environment;

/** Refuses what another one wrote since, or what is not this environment's. */
export function checkMarker(delivery: Delivery, marker: Marker | null): void {
  if (marker === null || (delivery.adopt && !isMine(delivery, marker))) return;
  if (!isMine(delivery, marker)) {
    const whose =
      marker.state === delivery.owner.state
        ? `\`${marker.node}\` of \`${marker.environment}\``
        : `\`${marker.node}\` of \`${marker.environment}\` of another project`;
    throw refusal(delivery, 'export-taken', `is written by ${whose}`);
  }
  if (marker.token <= delivery.token) return;
  const message = `\`${delivery.owner.environment}\` was exported anew meanwhile, from a newer operation; this one wrote nothing.`;
  throw new UserError(problem('export-stale', message, { hint: 'There is nothing to do: the newer rows stand.' }));
}

export const refusal = (delivery: Delivery, code: 'export-taken' | 'export-unmarked', why: string): UserError => {
  const { table, owner } = delivery;
  const again = `bough export ${owner.environment} --node ${owner.node} --adopt`;
  return new UserError(
    problem(code, `The table \`${table.schema}.${table.name}\` ${why}; nothing was written.`, {
      hint: `Export to another table or, if Bough may write to this one:\n  ${again}`,
    }),
  );
};

export async function wasAppended(session: Session, delivery: Delivery, content: string): Promise<boolean> {
  const found = `SELECT 1 FROM bough.appended WHERE ${ofTable(delivery)} AND content = ${literal(content)}`;
  return (await session.rows(found)).length > 0;
}

export async function noteAppended(session: Session, { table }: Delivery, content: string): Promise<void> {
  const values = [table.schema, table.name, content].map(literal).join(', ');
  await session.send(`INSERT INTO bough.appended VALUES (${values}) ON CONFLICT DO NOTHING`);
}

/** Says in the transaction of the rows who wrote them. */
export function raiseMarker({ table, owner, operation, token, content }: Delivery, made: string | null): string {
  const { state, environment, node } = owner;
  const texts = [table.schema, table.name, state, environment, node, operation, content].map(literal).join(', ');
  return `INSERT INTO bough.exports (table_schema, table_name, state, environment, node, operation, content, token, made)
    VALUES (${texts}, ${token}, ${made ?? 'NULL'})
    ON CONFLICT (table_schema, table_name) DO UPDATE SET state = excluded.state, environment = excluded.environment,
      node = excluded.node, operation = excluded.operation, content = excluded.content, token = excluded.token,
      made = excluded.made,
      written_at = now()`;
}
