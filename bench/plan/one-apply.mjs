// Applies a project in a process of its own, so that there is something to plan against. Argument: the project's folder.
import { environmentName, openWorkspace } from '../../dist/index.js';

const [, , directory] = process.argv;
const workspace = await openWorkspace({ directory });
const planned = await workspace.planApply(environmentName('prod'));
const start = performance.now();
const { summary, problems, moved } = await workspace.execute(planned, { replan: true });
await workspace.close();
if (!moved) throw new Error(JSON.stringify(problems.slice(0, 3)));
console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, ...summary }));
