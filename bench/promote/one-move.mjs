// One promotion or rollback in a process of its own, through the public API. Arguments: project's folder, `promote` or
// `rollback`. `publish` is the one transaction that moves the views; `execute` all from lease to revision.
import '@duckdb/node-api';
import { environmentName, openWorkspace } from '../../dist/index.js';

const [, , directory, what] = process.argv;
const publishing = [];
const timed = (session) => ({
  ...session,
  publish: async (publication) => {
    const start = performance.now();
    const answer = await session.publish(publication);
    publishing.push({ ms: performance.now() - start, views: publication.views.length });
    return answer;
  },
});
const around = (engine) => ({
  ...engine,
  open: async (mode, patience) =>
    mode === 'write' ? timed(await engine.open(mode, patience)) : engine.open(mode, patience),
});

const start = performance.now();
const workspace = await openWorkspace({ directory }, { engine: around });
const [prod, dev] = ['prod', 'dev'].map((name) => environmentName(name));
const planned = what === 'promote' ? await workspace.planPromote(dev, prod) : await workspace.planRollback(prod, null);
const ready = performance.now();
const { moved, problems } = await workspace.execute(planned, { replan: true });
const done = performance.now();
await workspace.close();
if (!moved) throw new Error(`nothing moved ${JSON.stringify(problems)}`);
const [{ ms: publish, views }] = publishing;
console.log(JSON.stringify({ plan: ready - start, execute: done - ready, publish, views }));
