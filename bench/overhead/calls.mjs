// Where a first apply's time goes: every call to the state and to the engine, counted and timed. Calls run side by side,
// so that their times add up to more than the whole. Arguments: project, folder.
import '@duckdb/node-api';
import { environmentName, openWorkspace } from '../../dist/index.js';
import { calls, counting } from '../lib/counted.mjs';
import { writeProject } from './projects.mjs';

const [, , project, folder] = process.argv;
writeProject(folder, project);
const start = performance.now();
const workspace = await openWorkspace({ directory: folder }, counting);
const planned = await workspace.planApply(environmentName('prod'));
await workspace.execute(planned, { replan: true });
await workspace.close();
console.log(JSON.stringify({ ms: performance.now() - start, calls: Object.fromEntries(calls) }));
