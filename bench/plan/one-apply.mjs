// Applies a project in a process of its own, to a warehouse that makes nothing. Argument: the project's folder.
import { environmentName, openWorkspace } from '../../dist/index.js';
import { hollow } from './hollow.mjs';

const [, , directory] = process.argv;
const workspace = await openWorkspace({ directory }, hollow);
const planned = await workspace.planApply(environmentName('prod'));
const { summary, problems, moved } = await workspace.execute(planned, { replan: true });
await workspace.close();
if (!moved) throw new Error(JSON.stringify(problems.slice(0, 3)));
console.log(JSON.stringify(summary));
