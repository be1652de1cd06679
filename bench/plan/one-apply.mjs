// Applies a project in a process of its own, to a warehouse that makes nothing. Arguments: the project's folder, the
// environment. `api` is from opening to the published revision, in which the builds take no time.
import { environmentName, openWorkspace } from '../../dist/index.js';
import { hollow } from './hollow.mjs';

const [, , directory, environment = 'prod'] = process.argv;
const start = performance.now();
const workspace = await openWorkspace({ directory }, hollow(directory));
const planned = await workspace.planApply(environmentName(environment));
const { summary, problems, moved } = await workspace.execute(planned, { replan: true });
await workspace.close();
const end = performance.now();
if (!moved) throw new Error(JSON.stringify(problems.slice(0, 3)));
const { user, system } = process.cpuUsage();
const peak = process.resourceUsage().maxRSS / 1024;
console.log(
  JSON.stringify({ ...summary, api: (end - start) / 1000, process: end / 1000, cpu: (user + system) / 1e6, peak }),
);
