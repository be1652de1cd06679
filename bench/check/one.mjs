// Loads, reads or checks a project in a process of its own. Arguments: what, the folder, the bundles of loader, graph, reader.
const [, , what, directory, ...bundles] = process.argv;
const [{ readProject }, { graphOf }, { read }] = await Promise.all(bundles.map((bundle) => import(bundle)));
const { openWorkspace } = await import('../../dist/index.js');

const load = () => readProject(directory, { get: () => null }).nodes;
/** The whole command line, which ends the process by itself. */
const command = () => {
  process.argv = [process.argv[0], 'bough', '-C', directory, 'check'];
  return import('../../dist/bough.js');
};
const works = {
  load,
  read: () => {
    const nodes = load();
    graphOf(nodes, {
      fold: (name) => name.toLowerCase(),
      read: (text, parameters) => read(text, { dialect: 'duckdb', parameters }),
    });
  },
  check: async () => {
    const workspace = await openWorkspace({ directory });
    await workspace.check();
    await workspace.close();
  },
  command,
};

const before = process.cpuUsage();
const start = performance.now();
process.on('exit', () => {
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ wall: performance.now() - start, cpu: (user + system) / 1000 }));
});
await works[what]();
