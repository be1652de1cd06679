// A warehouse that makes nothing: what a plan stands on lies in the state, and 10,000 real tables take half an hour. All
// that it remembers, in a file of its own, is who it is and who moved views last.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAMES = [
  'id',
  'kind',
  'day',
  'amount',
  'quantity',
  'score',
  'measure_0',
  'measure_1',
  'place',
  'rolling',
  'side',
];
const columns = NAMES.map((name) => ({ name, type: 'DOUBLE' }));

function memoryIn(folder) {
  const file = join(folder, 'hollow.json');
  const all = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { id: null, markers: {} });
  return {
    id: () => all().id,
    name: (id) => writeFileSync(file, JSON.stringify({ ...all(), id })),
    marker: (environment) => all().markers[environment] ?? null,
    mark(environment, marker) {
      const { id, markers } = all();
      writeFileSync(file, JSON.stringify({ id, markers: { ...markers, [environment]: marker } }));
      return marker;
    },
  };
}

function sessionOver(memory) {
  return {
    concurrency: 4,
    build: async () => ({ rows: 1, columns, seconds: 0, token: null }),
    publish: async ({ environment, token, operation }) => {
      memory.mark(environment, { token, operation });
      return 'published';
    },
    marker: async (environment) => memory.marker(environment),
    raise: async (environment, token) => {
      const { operation, token: last } = memory.marker(environment) ?? { operation: null, token: 0 };
      return memory.mark(environment, { operation, token: Math.max(token, last) });
    },
    identity: async () => memory.id(),
    initialise: async (wanted) => {
      if (memory.id() === null) memory.name(wanted);
      return memory.id();
    },
    missing: async () => [],
    existing: async () => [],
    close: async () => undefined,
  };
}

/** For the operations on one project. */
export function hollow(folder) {
  const memory = memoryIn(folder);
  return {
    engine: (engine) =>
      new Proxy(engine, {
        get(target, member) {
          const found = Reflect.get(target, member);
          if (member === 'open') return async () => sessionOver(memory);
          return typeof found === 'function' ? found.bind(target) : found;
        },
      }),
  };
}
