// A warehouse that makes nothing: what a plan stands on lies in the state, and 10,000 real tables take half an hour.
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

function session() {
  let [id, marker] = [null, { token: 0, operation: null }];
  return {
    concurrency: 4,
    build: async () => ({ rows: 1, columns, seconds: 0, token: null }),
    publish: async ({ token, operation }) => {
      marker = { token, operation };
      return 'published';
    },
    marker: async () => marker,
    raise: async (_, token) => (marker = { ...marker, token: Math.max(token, marker.token) }),
    identity: async () => id,
    initialise: async (wanted) => (id ??= wanted),
    missing: async () => [],
    existing: async () => [],
    close: async () => undefined,
  };
}

/** For one environment's first apply. */
export const hollow = {
  engine: (engine) => {
    const one = session();
    return new Proxy(engine, {
      get(target, member) {
        const found = Reflect.get(target, member);
        if (member === 'open') return async () => one;
        return typeof found === 'function' ? found.bind(target) : found;
      },
    });
  },
};
