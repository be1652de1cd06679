import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { freshDatabase, sharedServer, statement, type Database } from '../support/postgres/server.ts';
import { play } from './play.ts';

const COLUMNS =
  'order_id text, customer_id text, order_date timestamp, status text, revenue numeric(12,2), items integer';
const FILE = /^file: data\/(\w+)\.csv$/m;

const value = (field: string): string => (field === '' ? 'NULL' : `'${field.replaceAll("'", "''")}'`);

/** The rows of a CSV text that quotes nothing, as they stand in an INSERT. */
const valuesOf = (csv: string): string =>
  csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((row) => `(${row.split(',').map(value).join(', ')})`)
    .join(', ');

/** Whatever the shop's files deliver stands in tables of another database instead. */
async function deliver(folder: string, { options }: Database): Promise<void> {
  const raw = join(folder, 'models/raw');
  for (const name of readdirSync(raw)) {
    const path = join(raw, name);
    const text = readFileSync(path, 'utf8');
    if (FILE.test(text)) writeFileSync(path, text.replace(FILE, 'connection: cash_desk\ntable: public.$1'));
  }
  for (const file of readdirSync(join(folder, 'data'))) {
    const table = file.replace('.csv', '');
    const rows = valuesOf(readFileSync(join(folder, 'data', file), 'utf8'));
    await statement(
      options,
      `CREATE TABLE IF NOT EXISTS ${table} (${COLUMNS}); TRUNCATE ${table}; INSERT INTO ${table} VALUES ${rows}`,
    );
  }
}

describe('the story of the shop on DuckDB, with its orders in PostgreSQL', () => {
  const made: Database[] = [];

  play({
    prepare: async (folder) => {
      const desk = await freshDatabase(await sharedServer());
      made.push(desk);
      const { port, database } = desk.options;
      const place = `{ type: postgres, host: 127.0.0.1, port: ${port}, database: ${database}, user: postgres }`;
      writeFileSync(
        join(folder, 'bough.yml'),
        `name: shop
references:
  cash_desk: { kind: connection, type: postgres }
environments:
  prod:
    cash_desk: ${place}
  dev:
    cash_desk: ${place}
`,
      );
    },
    deliver: async (folder) => {
      for (const desk of made) await deliver(folder, desk);
    },
    orderCounts: false,
    clear: async () => {
      for (const database of made) await database.drop();
    },
  });
});
