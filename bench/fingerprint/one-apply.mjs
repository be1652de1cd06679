// A change from which nothing can be cut off: every amount is another one, in as many rows as before. Applies the project,
// changes it, and times the second apply in processor seconds. Arguments: folder, on or off.
import '@duckdb/node-api';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentName, openWorkspace } from '../../dist/index.js';
import { writeProject } from '../overhead/projects.mjs';

const [, , folder, cutoff] = process.argv;
const count = writeProject(folder, 'large');
writeFileSync(join(folder, 'bough.yml'), `name: loss\ncutoff: ${cutoff}\n`);

async function apply() {
  const workspace = await openWorkspace({ directory: folder });
  const planned = await workspace.planApply(environmentName('prod'));
  const before = { wall: performance.now(), cpu: process.cpuUsage() };
  const result = await workspace.execute(planned);
  const { user, system } = process.cpuUsage(before.cpu);
  await workspace.close();
  return { built: result.summary.built, ms: performance.now() - before.wall, cpu: (user + system) / 1000 };
}

await apply();
const orders = join(folder, 'models', 'm', 'orders.sql');
writeFileSync(orders, readFileSync(orders, 'utf8').replace('/ 100.0', '/ 101.0'));
const changed = await apply();
// Customers do not hang on the amounts.
if (changed.built !== count - 1) throw new Error(`${changed.built} built`);
console.log(JSON.stringify(changed));
