// Counts and times what goes through the contracts, by standing between the operations and the world.
import { format } from './measure.mjs';

export const calls = new Map();

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

/** Wraps engine and state of a workspace; `calls` holds what came by. */
export const counting = {
  engine: (engine) => counted('engine', engine, { open: (session) => session && counted('session', session) }),
  state: (state) => counted('state', state),
};

/** Prints the calls that took a share of the whole time; they run side by side, so that they overlap. */
export function printCalls(title, made, ms, share = 0.01) {
  console.log(`\n${title}`);
  for (const [name, call] of Object.entries(made).sort(([, one], [, other]) => other.ms - one.ms)) {
    if (call.ms < ms * share) continue;
    console.log(`  ${name.padEnd(44)} ${String(call.count).padStart(6)} calls ${format(call.ms).padStart(8)} ms`);
  }
}
