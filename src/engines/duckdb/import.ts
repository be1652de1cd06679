import { rmSync } from 'node:fs';
import type { Column } from '../../model/facts.ts';
import { problem, UserError } from '../../model/problems.ts';
import { columnAt } from '../../sources/contract.ts';
import type { BuildRequest, ForeignRead, Sql } from '../contract.ts';
import { takenIn } from '../foreign.ts';
import type { Connection } from './connection.ts';
import { checkTypes } from './declared.ts';
import { DuckdbError } from './errors.ts';
import { landingOf, type Landing } from './foreign-types.ts';
import { fold, literal, quoteIdentifier } from './names.ts';
import { piecesOf, type Piece } from './pieces.ts';
import { describe } from './query.ts';
import { scratchFolder } from './scratch-folder.ts';

/** NULL is a word of its own, so that '' stays what it is; a value that is that very word comes in quotes. */
const NULL = '\\N';

/** What DuckDB gives a line unless told otherwise. */
const LINE = 2 * 1024 * 1024;

async function landingsOf(connection: Connection, read: ForeignRead): Promise<readonly Landing[]> {
  await checkTypes(connection, read.node, read.declared);
  return takenIn(read, { engine: 'DuckDB', matched: fold, fold, landingOf });
}

/** Names and types that taking the rows in would give, as the engine spells them. */
export async function describeForeign(connection: Connection, read: ForeignRead): Promise<readonly Column[]> {
  const landings = await landingsOf(connection, read);
  const list = landings.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteIdentifier(name)}`);
  return describe(connection, `SELECT ${list.join(', ')}`);
}

/** Takes rows in by way of files: not one goes through JavaScript. */
export async function importRows(
  connection: Connection,
  { read, scratch }: Extract<BuildRequest, { type: 'import' }>,
  target: Sql,
  signal: AbortSignal,
): Promise<number> {
  const landings = await landingsOf(connection, read);
  const folder = scratchFolder(scratch);
  try {
    return await connection.transaction(async () => {
      const columns = landings.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`);
      await connection.run(`CREATE TABLE ${target} (${columns.join(', ')})`);
      return insertAll(connection, { read, landings, target, folder, signal });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Importing {
  readonly read: ForeignRead;
  readonly landings: readonly Landing[];
  readonly target: Sql;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** While one piece is read, the next is written. */
async function insertAll(connection: Connection, importing: Importing): Promise<number> {
  const { read, landings, folder, signal } = importing;
  const values = landings.map(({ sent }, index) => sent(columnAt(index)));
  const blocks = read.rows.copy(values, `FORMAT csv, NULL ${literal(NULL)}, ${alwaysQuoted(landings)}`, signal);
  let inserted = 0;
  let reading: Promise<void> = Promise.resolve();
  try {
    for await (const piece of piecesOf(blocks, folder)) {
      await reading;
      reading = insert(connection, piece, importing).then((rows) => void (inserted += rows));
      // Where the next piece fails, nobody waits for this one any more; its error is told below.
      reading.catch(() => undefined);
    }
  } finally {
    await reading;
  }
  return inserted;
}

/** An empty text alone in its line would be no line at all. */
const alwaysQuoted = ({ length }: readonly Landing[]): Sql => (length === 1 ? 'FORCE_QUOTE *' : 'HEADER false');

async function insert(connection: Connection, { path, longest }: Piece, importing: Importing): Promise<number> {
  const { read, landings, target } = importing;
  const columns = landings.map(({ read: type }, index) => `${literal(columnAt(index))}: ${literal(type)}`);
  const line = Math.max(LINE, longest + 1);
  const options = [
    'auto_detect = false',
    'header = false',
    'skip = 1',
    `delim = ','`,
    `quote = '"'`,
    `escape = '"'`,
    `nullstr = ${literal(NULL)}`,
    'allow_quoted_nulls = false',
    // Threads that begin in the middle of a file have to guess whether they are within quotes.
    'parallel = false',
    'strict_mode = true',
    `max_line_size = ${line}`,
    `buffer_size = ${Math.max(line * 2, 16 * LINE)}`,
    `columns = {${columns.join(', ')}}`,
  ];
  const values = landings.map(({ made }, index) => made(columnAt(index)));
  try {
    const { rowsChanged } = await connection.run(
      `INSERT INTO ${target} SELECT ${values.join(', ')} FROM read_csv(${literal(path)}, ${options.join(', ')})`,
    );
    return rowsChanged;
  } catch (error) {
    throw error instanceof DuckdbError ? unfit(error, read, landings) : error;
  } finally {
    rmSync(path, { force: true });
  }
}

/** The reader's essay about a file that nobody knows, cut down to the column and its value. */
function unfit(error: DuckdbError, { node, rows }: ForeignRead, landings: readonly Landing[]): Error {
  const [, index, value] =
    /converting column "c(\d+)"\. Could not convert string "([\s\S]*?)" to '/.exec(error.message) ?? [];
  if (index === undefined) return error;
  const { name = '', type = '' } = landings[Number(index)] ?? {};
  const written = rows.columns[Number(index)]?.written ?? '';
  const message = `\`${node}\`: DuckDB cannot hold ${JSON.stringify(value)} of column \`${name}\` (\`${written}\`) as ${type}.`;
  const hint = `Leave such values out, or cast the column in a query:\n  query: SELECT …, ${name}::text AS ${name} FROM …`;
  return new UserError(problem('build-failed', message, { hint }), { cause: error });
}
