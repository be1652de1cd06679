// Where a first apply's time goes: every call to the state and to the engine, counted and timed. Calls run side by side,
// so that their times add up to more than the whole. Arguments: project, folder.
import '@duckdb/node-api';
import { environmentName, openWorkspace } from '../../dist/index.js';
import { writeProject } from './projects.mjs';

const [, , project, folder] = process.argv;
const calls = new Map();

function record(name, started) {
  const { count, ms } = calls.get(name) ?? { count: 0, ms: 0 };
  calls.set(name, { count: count + 1, ms: ms + performance.now() - started });
}

async function recordWhenDone(name, started, promise, wrap) {
  const answer = await promise;
  record(name, started);
  return wrap(answer);
}

const asItIs = (answer) => answer;

/** Counts the calls of an object's methods; what the methods named in `around` give is wrapped in turn. */
const counted = (kind, object, around = {}) =>
  new Proxy(object, {
    get(target, member) {
      const method = Reflect.get(target, member);
      if (typeof method !== 'function') return method;
      const name = `${kind}.${String(member)}`;
      return (...args) => {
        const started = performance.now();
        const answer = method.apply(target, args);
        if (answer instanceof Promise) return recordWhenDone(name, started, answer, around[member] ?? asItIs);
        record(name, started);
        return answer;
      };
    },
  });

const count = writeProject(folder, project);
const start = performance.now();
const workspace = await openWorkspace(
  { directory: folder },
  {
    engine: (engine) => counted('engine', engine, { open: (session) => session && counted('session', session) }),
    state: (state) => counted('state', state),
  },
);
const planned = await workspace.planApply(environmentName('prod'));
await workspace.execute(planned, { replan: true });
await workspace.close();
console.log(JSON.stringify({ count, ms: performance.now() - start, calls: Object.fromEntries(calls) }));
