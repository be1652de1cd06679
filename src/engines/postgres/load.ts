import { quoteIdentifier } from '../../postgres/literal.ts';
import type { BuildRequest, Built } from '../contract.ts';
import type { Connection } from './connection.ts';
import { bytesOf, copyOptions } from './csv.ts';
import { readingError } from './file-errors.ts';
import { readingOf, type CsvFile, type Reading } from './files.ts';
import { buildName } from './names.ts';

/** Loads files into a table, by COPY; not a row goes through JavaScript. */
export async function load(
  connection: Connection,
  { id, read }: Extract<BuildRequest, { type: 'load' | 'load-view' }>,
): Promise<Omit<Built, 'seconds'>> {
  const target = buildName(id);
  // Outside of the transaction: looking for a type that is not there makes an error, and an error would end it.
  const reading = await readingOf(connection, read);
  return connection.transaction(async () => {
    const columns = reading.columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`);
    await connection.send(`CREATE TABLE ${target} (${columns.join(', ')})`);
    let rows = 0;
    for (const file of reading.files) {
      try {
        rows += await copyFile(connection, target, file, reading);
      } catch (error) {
        throw await readingError(error, read, file, reading.csv);
      }
    }
    await connection.send(`ANALYZE ${target}`);
    return { rows, columns: await connection.describe(`SELECT * FROM ${target}`), token: null };
  });
}

function copyFile(connection: Connection, target: string, file: CsvFile, { csv }: Reading): Promise<number> {
  const columns = file.columns.map(quoteIdentifier).join(', ');
  const statement = `COPY ${target} (${columns}) FROM STDIN (${copyOptions(csv, file.dialect)})`;
  return connection.copyIn(statement, bytesOf(file.path, csv.encoding));
}
