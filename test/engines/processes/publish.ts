/** Publishes all views over one build and then over the other, again and again, until it is killed. */
import { duckdbEngine } from '../../../src/engines/duckdb/engine.ts';
import { never, patience, publication, table } from '../subject.ts';

const [, , path = '', count = '0'] = process.argv;
const engine = duckdbEngine({ type: 'duckdb', path, threads: 1, memoryLimit: null }, 'UTC');
const session = await engine.open('write', patience());
await session.initialise('one');
await session.build(table('a__t__0', 'SELECT 0 AS n'), never);
await session.build(table('a__t__1', 'SELECT 1 AS n'), never);
for (let token = 1; ; token += 1) {
  const views = Object.fromEntries(
    Array.from({ length: Number(count) }, (_, n) => [`marts.v${n}`, `a__t__${token % 2}`]),
  );
  const publishing = session.publish(publication(engine, token, views));
  if (token > 1) process.send?.(token);
  await publishing;
}
