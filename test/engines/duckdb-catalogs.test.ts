import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it, onTestFinished } from 'vitest';

/** Why names have no catalog: should DuckDB learn this one day, it is told here. */
it('DuckDB writes one attached file in a transaction', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bough-catalogs-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  onTestFinished(() => {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const name of ['warehouse', 'dev'])
    await connection.run(`ATTACH '${join(folder, `${name}.duckdb`)}' AS ${name}`);
  await connection.run('CREATE TABLE warehouse.marker (token INTEGER)');
  await connection.run('BEGIN');
  await connection.run('INSERT INTO warehouse.marker VALUES (1)');
  await expect(connection.run('CREATE VIEW dev.orders AS SELECT * FROM warehouse.marker')).rejects.toThrow(
    /a single transaction can only write to a single attached database/,
  );
  await connection.run('ROLLBACK');
});
