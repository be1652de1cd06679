// The same SQL sent by hand to a fresh file of the same engine, timed from opening to closing. Arguments: project, folder,
// connections. One connection goes through the list; several take what is ready, as the graph allows.
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { PROJECTS } from './projects.mjs';

const [, , project, folder, connections = '1'] = process.argv;
const models = PROJECTS[project]();
const statements = models.map(({ name, sql }) => {
  const reads = new Set();
  const query = sql((ref) => {
    reads.add(ref);
    return `built."m__${ref}"`;
  });
  return { name, reads, text: `CREATE TABLE built."m__${name}" AS ${query}` };
});

const start = performance.now();
const instance = await DuckDBInstance.create(join(folder, 'hand.duckdb'));
const first = await instance.connect();
await first.run('CREATE SCHEMA built; CREATE SCHEMA m');
if (connections === '1') for (const { text } of statements) await first.run(text);
else await inParallel(Number(connections));
await first.run('BEGIN');
for (const { name } of models) await first.run(`CREATE VIEW m."${name}" AS SELECT * FROM built."m__${name}"`);
await first.run('COMMIT');
first.closeSync();
instance.closeSync();
console.log(JSON.stringify({ ms: performance.now() - start }));

async function inParallel(count) {
  const idle = [first];
  while (idle.length < count) idle.push(await instance.connect());
  const [waiting, done, running] = [new Set(statements), new Set(), new Set()];
  const make = async ({ name, text }) => {
    const connection = idle.pop();
    await connection.run(text);
    done.add(name);
    idle.push(connection);
  };
  while (waiting.size + running.size > 0) {
    for (const statement of waiting) {
      if (idle.length === 0) break;
      if (![...statement.reads].every((name) => done.has(name))) continue;
      waiting.delete(statement);
      const making = make(statement).finally(() => running.delete(making));
      running.add(making);
    }
    await Promise.race(running);
  }
}
