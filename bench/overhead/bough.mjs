// First apply of a fresh project through the public API, timed from opening to closing. Arguments: project, folder.
import '@duckdb/node-api';
import { environmentName, openWorkspace } from '../../dist/index.js';
import { writeProject } from './projects.mjs';

const [, , project, folder] = process.argv;
const count = writeProject(folder, project);

const marks = [performance.now()];
const mark = () => marks.push(performance.now());
const workspace = await openWorkspace({ directory: folder });
const planned = await workspace.planApply(environmentName('prod'));
mark();
const result = await workspace.execute(planned, { replan: true });
mark();
await workspace.close();
mark();
if (result.summary.built !== count) throw new Error(JSON.stringify(result.problems));
const [start, afterPlan, afterExecute, end] = marks;
const built = result.nodes.reduce((sum, node) => sum + (node.seconds ?? 0), 0);
console.log(
  JSON.stringify({
    ms: end - start,
    plan: afterPlan - start,
    execute: afterExecute - afterPlan,
    close: end - afterExecute,
    engine: built * 1000,
  }),
);
