// One plan in a process of its own, as `bough plan` makes it. Argument: the project's folder. `api` is from opening to the finished plan; `process`
// is all since the process began, the loading of modules too.
import { environmentName, openWorkspace } from '../../dist/index.js';

const [, , directory, environment = 'prod'] = process.argv;
const start = performance.now();
const workspace = await openWorkspace({ directory });
const { document } = await workspace.planApply(environmentName(environment));
const end = performance.now();
await workspace.close();
const { build, reuse } = document.summary;
// What this process used, however many others wanted the machine meanwhile.
const { user, system } = process.cpuUsage();
const peak = process.resourceUsage().maxRSS / 1024;
console.log(
  JSON.stringify({ api: (end - start) / 1000, process: end / 1000, cpu: (user + system) / 1e6, peak, build, reuse }),
);
