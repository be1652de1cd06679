// Loads, reads or checks a project in a process of its own. Arguments: what, the folder, the bundles of loader, graph, reader.
const [, , what, directory, ...bundles] = process.argv;
const [{ readProject }, { graphOf }, { read }] = await Promise.all(bundles.map((bundle) => import(bundle)));
const { openWorkspace } = await import('../../dist/index.js');

const load = () => readProject(directory, { get: () => null }).nodes;
const works = {
  load,
  read: () => {
    const nodes = load();
    graphOf(nodes, {
      fold: (name) => name.toLowerCase(),
      read: (text, parameters) => read(text, { dialect: 'duckdb', parameters }),
    });
    return nodes;
  },
  check: async () => {
    const workspace = await openWorkspace({ directory });
    const { nodes } = await workspace.check();
    await workspace.close();
    return nodes;
  },
};

const before = process.cpuUsage();
const start = performance.now();
const nodes = await works[what]();
const wall = performance.now() - start;
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ wall, cpu: (user + system) / 1000, nodes: nodes.size }));
