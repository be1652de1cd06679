import type { Column } from '../../model/facts.ts';
import { problem, refuse, UserError, type Problem } from '../../model/problems.ts';
import { literal, quoteIdentifier } from '../../postgres/literal.ts';
import type { Delivery } from '../contract.ts';
import type { Session } from './session.ts';

const shown = ({ table }: Delivery): string => `\`${table.schema}.${table.name}\``;
export const quotedTable = ({ table }: Delivery): string =>
  `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
export const quotedColumns = (names: readonly string[]): string => names.map(quoteIdentifier).join(', ');
const columnList = (columns: readonly Column[]): string =>
  columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`).join(', ');

const TEMPORARY = 'bough_outflow';
/** Where rows wait in the transaction that writes them. */
export const STAGE = `pg_temp.${TEMPORARY}`;

export const createStage = (columns: readonly Column[]): string =>
  `CREATE TEMPORARY TABLE ${TEMPORARY} (${columnList(columns)}) ON COMMIT DROP`;

interface Present {
  readonly name: string;
  /** An INSERT that does not name it must fail. */
  readonly required: boolean;
  readonly generated: boolean;
}

/** The table as it is. */
export interface Table {
  readonly oid: string;
  readonly columns: readonly Present[];
}

/** null where there is none. Refuses what stands under its name and is no table. */
export async function tableOf(session: Session, delivery: Delivery): Promise<Table | null> {
  const name = literal(quotedTable(delivery));
  const [found] = await session.rows(`SELECT oid, relkind FROM pg_class WHERE oid = to_regclass(${name})`);
  if (found === undefined) return null;
  const [oid, kind] = found;
  if (kind !== 'r' && kind !== 'p') {
    const message = `${shown(delivery)} is there and is no table.`;
    throw new UserError(problem('export-taken', message, { hint: 'Export to another name, or drop it.' }));
  }
  const rows = await session.rows(
    `SELECT attname, attnotnull AND NOT atthasdef AND attidentity = '', attgenerated <> ''
     FROM pg_attribute WHERE attrelid = to_regclass(${name}) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
  );
  const columns = rows.map(([column, required, generated]) => ({
    name: column ?? '',
    required: required === 't',
    generated: generated === 't',
  }));
  return { oid: oid ?? '', columns };
}

const lacking = ({ columns: present }: Table, columns: readonly Column[]): readonly Column[] => {
  const there = new Set(present.map(({ name }) => name));
  return columns.filter(({ name }) => !there.has(name));
};

/** Adds the columns that the table lacks; rows that are there have NULL in them. */
export async function addColumns(
  session: Session,
  delivery: Delivery,
  table: Table,
  columns: readonly Column[],
): Promise<void> {
  const added = lacking(table, columns).map(({ name, type }) => `ADD COLUMN ${quoteIdentifier(name)} ${type}`);
  if (added.length > 0) await session.send(`ALTER TABLE ${quotedTable(delivery)} ${added.join(', ')}`);
}

/**
 * Columns are matched by name. Refuses those that the table lacks, unless it `grows`, and those that it needs and gets
 * from nowhere.
 */
export function checkColumns(delivery: Delivery, columns: readonly Column[], table: Table, grows: boolean): void {
  const problems: Problem[] = [];
  const there = new Map(table.columns.map((column) => [column.name, column]));
  for (const { name, type } of columns) {
    const found = there.get(name);
    if (found === undefined) {
      if (grows) continue;
      const add = `ALTER TABLE ${quotedTable(delivery)} ADD COLUMN ${quoteIdentifier(name)} ${type};`;
      const hint = `Add it, then export again:\n  ${add}`;
      problems.push(problem('export-columns', `The table ${shown(delivery)} has no column \`${name}\`.`, { hint }));
    } else if (found.generated) {
      const message = `The column \`${name}\` of ${shown(delivery)} is generated: nothing can be written into it.`;
      problems.push(problem('export-columns', message, { hint: 'Leave it out of the model, or make it a plain one.' }));
    }
  }
  const given = new Set(columns.map(({ name }) => name));
  for (const { name, required } of table.columns) {
    if (!required || given.has(name)) continue;
    const drop = `ALTER TABLE ${quotedTable(delivery)} ALTER COLUMN ${quoteIdentifier(name)} DROP NOT NULL;`;
    const hint = `Add it to the model, give it a default, or:\n  ${drop}`;
    const message = `The table ${shown(delivery)} needs a value for \`${name}\`, which the model does not have.`;
    problems.push(problem('export-columns', message, { hint }));
  }
  refuse(problems);
}

/** Makes the table as the rows need it. */
export async function createTable(session: Session, delivery: Delivery, columns: readonly Column[]): Promise<void> {
  const { table, key } = delivery;
  const schema = quoteIdentifier(table.schema);
  if ((await session.text(`SELECT to_regnamespace(${literal(schema)})`)) === null)
    await session.send(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  const primary = key.length === 0 ? '' : `, PRIMARY KEY (${quotedColumns(key)})`;
  await session.send(`CREATE TABLE ${quotedTable(delivery)} (${columnList(columns)}${primary})`);
}

/** Refuses a key that the model does not have, or that the table does not keep unique. */
export async function checkKey(session: Session, delivery: Delivery, columns: readonly Column[]): Promise<void> {
  const { key, mode } = delivery;
  const missing = key.find((name) => !columns.some((column) => column.name === name));
  if (missing !== undefined) throw keyProblem(`The model has no column \`${missing}\` to tell rows apart by.`);
  if (mode !== 'upsert') return;
  const name = literal(quotedTable(delivery));
  if ((await session.text(`SELECT to_regclass(${name})`)) === null) return;
  const wanted = [...key].sort().map(literal).join(', ');
  const found = await session.rows(
    `SELECT 1 FROM pg_index AS i WHERE i.indrelid = to_regclass(${name}) AND i.indisunique AND i.indimmediate
      AND i.indpred IS NULL AND i.indexprs IS NULL
      AND ARRAY(SELECT a.attname::text COLLATE "C" FROM pg_attribute AS a WHERE a.attrelid = i.indrelid
        AND a.attnum = ANY ((i.indkey::smallint[])[0:i.indnkeyatts - 1]) ORDER BY 1) = ARRAY[${wanted}]::text[]`,
  );
  if (found.length > 0) return;
  const index = `CREATE UNIQUE INDEX ON ${quotedTable(delivery)} (${quotedColumns(key)});`;
  const message = `The table ${shown(delivery)} does not keep ${named(key)} unique.`;
  throw keyProblem(message, `Make it so, then export again:\n  ${index}`);
}

/** Refuses rows that their key does not tell apart. */
export async function checkRows(session: Session, { key }: Delivery): Promise<void> {
  const nulls = key.map((name) => `${quoteIdentifier(name)} IS NULL`).join(' OR ');
  const columns = quotedColumns(key);
  const [row = []] = await session.rows(
    `SELECT (SELECT count(*) FROM ${STAGE} WHERE ${nulls}),
      (SELECT count(*) FROM (SELECT 1 FROM ${STAGE} GROUP BY ${columns} HAVING count(*) > 1) AS twice)`,
  );
  const [without, twice] = row.map(Number);
  if (without) throw keyProblem(`${without} rows of the model have NULL in their key ${named(key)}.`);
  if (twice) throw keyProblem(`${twice} keys (${named(key)}) stand for more than one row of the model.`);
}

const named = (key: readonly string[]): string => key.map((name) => `\`${name}\``).join(', ');

const keyProblem = (
  message: string,
  hint = 'Choose another `key`, or add an audit `unique` and mend the model.',
): UserError => new UserError(problem('export-key', message, { hint }));
