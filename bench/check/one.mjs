// Loads or checks a project in a process of its own. Arguments: `load` or `check`, the folder, the bundle of the loader.
const [, , what, directory, bundle] = process.argv;
const { readProject } = await import(bundle);
const { openWorkspace } = await import('../../dist/index.js');
const before = process.cpuUsage();
const start = performance.now();
let nodes;
if (what === 'load') ({ nodes } = readProject(directory, { get: () => null }));
else {
  const workspace = await openWorkspace({ directory });
  ({ nodes } = await workspace.check());
  await workspace.close();
}
const seconds = performance.now() - start;
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ wall: seconds, cpu: (user + system) / 1000, nodes: nodes.size }));
