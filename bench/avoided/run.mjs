// How many nodes a change builds: by what lies below it, by keys, by keys with early cutoff; beside the nodes whose data it
// really changes, found by rebuilding everything and comparing.
import '@duckdb/node-api';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environmentName, openWorkspace } from '../../dist/index.js';
import { format, heading, scratch, verdict } from '../lib/measure.mjs';
import { deliveriesOf, editsOf } from './edits.mjs';
import { below, modelsOf, write, writeModel, writeProject } from './project.mjs';

const BUDGET = { keys: 0.4, cutoff: 1.25 };
const EVERY = Number(process.env.BENCH_EVERY ?? 1);
const PROD = environmentName('prod');

const folder = scratch('avoided');
const models = modelsOf();

async function within(place, work) {
  const workspace = await openWorkspace({ directory: place });
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}

const isModel = ({ name }) => !name.startsWith('raw.');

/** Loading a file that came is no build. */
async function applied(workspace, refresh) {
  const planned = await workspace.planApply(PROD, { refresh });
  const result = await workspace.execute(planned);
  if (result.problems.length > 0) throw new Error(JSON.stringify(result.problems));
  return {
    planned: planned.document.nodes.filter((node) => isModel(node) && node.action === 'build').length,
    built: result.nodes.filter((node) => isModel(node) && node.action === 'built').length,
  };
}

/** What each model holds: its columns and types, its rows in any order, and its rows as they lie. */
async function contents(workspace) {
  const names = (await workspace.show(PROD)).nodes.map(({ entry }) => ({ name: entry.node })).filter(isModel);
  const rows = (order) => `md5(coalesce(string_agg(t::VARCHAR, chr(10)${order}), ''))`;
  const each = ({ name }) =>
    `SELECT '${name}', ${rows(' ORDER BY t::VARCHAR')}, ${rows('')}, (SELECT list(column_name || ' ' || column_type) FROM (DESCRIBE ${name})) FROM ${name} AS t`;
  const { rows: held } = await workspace.query(PROD, names.map(each).join('\nUNION ALL '));
  return new Map(held.map(([name, any, lying, columns]) => [name, { any: JSON.stringify([any, columns]), lying }]));
}

/** `sorted`: the node whose order of rows was asked for, and counts. */
function different(before, after, sorted = null) {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const same = (name, what) => before.get(name)?.[what] === after.get(name)?.[what];
  return names.filter((name) => !same(name, 'any') || (name === sorted && !same(name, 'lying'))).length;
}

/** One change of a fresh copy of the applied project, and the same files built from nothing. */
async function measure(change, make, base) {
  const [copy, fresh] = [join(folder, 'copy'), join(folder, 'fresh')];
  for (const place of [copy, fresh]) rmSync(place, { recursive: true, force: true });
  cpSync(join(folder, 'base'), copy, { recursive: true });
  make(copy);
  const { counts, kept } = await within(copy, async (workspace) => ({
    counts: await applied(workspace, true),
    kept: await contents(workspace),
  }));
  cpSync(copy, fresh, { recursive: true, filter: (path) => !path.includes('.bough') });
  const rebuilt = await within(fresh, async (workspace) => {
    await applied(workspace, false);
    return contents(workspace);
  });
  const wrong = different(kept, rebuilt);
  if (wrong > 0) throw new Error(`${change.sort} of ${change.node}: ${wrong} nodes are not what a rebuild makes`);
  const reached = [...below(change.node, models)].filter((name) => isModel({ name })).length;
  const sorted = change.model?.order === undefined ? null : change.node;
  return { sort: change.sort, all: reached, ...counts, ideal: different(base, rebuilt, sorted) };
}

const PARTS = process.env.BENCH_PARTS ?? 'edits deliveries';
const some = (part, changes) => (PARTS.includes(part) ? changes.filter((_, index) => index % EVERY === 0) : []);
const edits = some('edits', editsOf(models));
const deliveries = some('deliveries', deliveriesOf());
heading(`${edits.length} edits and ${deliveries.length} deliveries of a project of ${models.length} models`);
mkdirSync(join(folder, 'base'));
writeProject(join(folder, 'base'), models);
const base = await within(join(folder, 'base'), async (workspace) => {
  await applied(workspace, false);
  return contents(workspace);
});

const COLUMNS = { all: 'below', planned: 'keys', built: 'cutoff', ideal: 'changed' };
const sums = (rows) =>
  Object.fromEntries(Object.keys(COLUMNS).map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]));
const show = (label, row) =>
  console.log(
    `  ${label.padEnd(32)} ${Object.keys(COLUMNS)
      .map((name) => String(row[name]).padStart(9))
      .join('')}`,
  );

async function table(title, changes, make) {
  const rows = [];
  for (const change of changes) rows.push(await measure(change, (place) => make(place, change), base));
  console.log(
    `${title.padEnd(34)} ${Object.values(COLUMNS)
      .map((word) => word.padStart(9))
      .join('')}`,
  );
  for (const sort of new Set(rows.map((row) => row.sort))) show(sort, sums(rows.filter((row) => row.sort === sort)));
  const total = sums(rows);
  show('all', total);
  console.log();
  return total;
}

const edited = await table('Edits, nodes built', edits, (place, { model }) => writeModel(place, model));
const delivered = await table('Deliveries, nodes built', deliveries, (place, { path, text }) =>
  write(place, path, text),
);
const ratio = (label, of, total, budget) => total > 0 && verdict(label, of / total, '×', budget);
ratio('edits: by keys / below', edited.planned, edited.all, BUDGET.keys);
ratio('edits: with cutoff / changed', edited.built, edited.ideal, BUDGET.cutoff);
ratio('deliveries: with cutoff / changed', delivered.built, delivered.ideal, BUDGET.cutoff);
const both = (name) => edited[name] + delivered[name];
ratio('all: with cutoff / changed', both('built'), both('ideal'), BUDGET.cutoff);
console.log(`  ${format(both('all'))} nodes lie below the changes, ${format(both('built'))} were built.`);
