// The engine's own transaction of as many CREATE OR REPLACE VIEW, in the very same file. Arguments: file, views, `single`
// (one statement after the other) or `batch` (all in one text).
import { DuckDBInstance } from '@duckdb/node-api';

const [, , file, count, how] = process.argv;
const instance = await DuckDBInstance.create(file);
const connection = await instance.connect();
const tables = await connection.runAndReadAll(
  `SELECT table_name FROM duckdb_tables() WHERE schema_name = 'bough' AND table_name LIKE 'm\\_\\_%' ESCAPE '\\' ORDER BY 1 LIMIT ${count}`,
);
await connection.run('CREATE SCHEMA IF NOT EXISTS by_hand');
const statements = tables
  .getRows()
  .map(([table], index) => `CREATE OR REPLACE VIEW by_hand.v_${index} AS SELECT * FROM bough."${String(table)}";`);
if (statements.length !== Number(count)) throw new Error('too few tables');
const start = performance.now();
await connection.run('BEGIN');
if (how === 'single') for (const statement of statements) await connection.run(statement);
else await connection.run(statements.join('\n'));
await connection.run('COMMIT');
const ms = performance.now() - start;
connection.closeSync();
instance.closeSync();
console.log(JSON.stringify({ ms }));
