import type { Column } from '../../model/facts.ts';
import { quoteIdentifier } from '../../postgres/literal.ts';
import { columnAt, type ForeignColumn } from '../../sources/contract.ts';
import type { BuildRequest, Built, ForeignRead, Sql } from '../contract.ts';
import { takenIn, type Unheld } from '../foreign.ts';
import type { Connection } from './connection.ts';
import { checkTypes, foldColumn } from './declared.ts';
import { buildName } from './names.ts';

/** A column as it comes in: its type, and the expression that gives just that type on the other server. */
interface Landing {
  readonly name: string;
  readonly type: Sql;
  readonly sent: (column: Sql) => Sql;
}

const same = (column: Sql): Sql => column;

/** Values that name things of the other database's catalog, and mean nothing in this one. */
const OF_CATALOG = /^(reg.*|oid|xid8?|cid|tid|pg_.*)$/;

function landingOf(column: ForeignColumn, declared: string | null): Landing | Unheld {
  const { name } = column;
  const as = (type: Sql): Landing => ({ name, type, sent: (value) => `CAST(${value} AS ${type})` });
  if (declared !== null) return as(declared);
  const array = column.array ? '[]' : '';
  if (column.enumeration) return as(`text${array}`);
  if (column.builtIn === null || OF_CATALOG.test(column.builtIn)) return { cast: `text${array}` };
  const type = `${column.plain}${array}`;
  return column.domain ? as(type) : { name, type, sent: same };
}

async function landingsOf(connection: Connection, read: ForeignRead): Promise<readonly Landing[]> {
  await checkTypes(connection, read.node, read.declared);
  return takenIn(read, { engine: 'this database', matched: foldColumn, fold: (name) => name, landingOf });
}

/** Names and types that taking the rows in would give, as the server spells them. */
export async function describeForeign(connection: Connection, read: ForeignRead): Promise<readonly Column[]> {
  const landings = await landingsOf(connection, read);
  const list = landings.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteIdentifier(name)}`);
  return connection.describe(`SELECT ${list.join(', ')}`);
}

/** Takes rows in by COPY from server to server, as fast as the slower of them: not one goes through JavaScript. */
export async function importRows(
  connection: Connection,
  { id, read }: Extract<BuildRequest, { type: 'import' }>,
  signal: AbortSignal,
): Promise<Omit<Built, 'seconds'>> {
  const target = buildName(id);
  // Outside of the transaction: looking for a type that is not there makes an error, and an error would end it.
  const landings = await landingsOf(connection, read);
  return connection.transaction(async () => {
    const columns = landings.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`);
    await connection.send(`CREATE TABLE ${target} (${columns.join(', ')})`);
    // The binary form is faster; between servers of two majors nobody promises that it is the same.
    const version = Number(await connection.text(`SELECT current_setting('server_version_num')::integer / 10000`));
    const options = version === read.rows.version ? 'FORMAT binary' : 'FORMAT text';
    const values = landings.map(({ sent }, index) => sent(columnAt(index)));
    const rows = await connection.copyIn(
      `COPY ${target} FROM STDIN (${options}${version === read.rows.version ? '' : `, ENCODING 'UTF8'`})`,
      read.rows.copy(values, options, signal),
    );
    await connection.send(`ANALYZE ${target}`);
    return { rows, columns: await connection.describe(`SELECT * FROM ${target}`), token: null };
  });
}
