// One promotion or rollback in a process of its own, through the public API. Arguments: project's folder, `promote` or
// `rollback`. `publish` is the one transaction that moves the views; `execute` all from lease to revision.
import '@duckdb/node-api';
import { environmentName, openWorkspace } from '../../dist/index.js';
import { calls, counting } from '../lib/counted.mjs';

const [, , directory, what] = process.argv;
let views = 0;
const listener = (event) => {
  if (event.type === 'published') ({ views } = event);
};

const start = performance.now();
const workspace = await openWorkspace({ directory, listener }, counting);
const [prod, dev] = ['prod', 'dev'].map((name) => environmentName(name));
const planned = what === 'promote' ? await workspace.planPromote(dev, prod) : await workspace.planRollback(prod, null);
const ready = performance.now();
const { moved, problems } = await workspace.execute(planned, { replan: true });
const done = performance.now();
await workspace.close();
if (!moved) throw new Error(`nothing moved ${JSON.stringify(problems)}`);
const publish = calls.get('session.publish').ms;
console.log(
  JSON.stringify({ plan: ready - start, execute: done - ready, publish, views, calls: Object.fromEntries(calls) }),
);
