// What environments cost: ten thousand references resolved for one environment, and what `check` adds to loading a
// thousand models in three environments. Processor time; medians of BENCH_ROUNDS (7). BENCH_SIZES (10000,1000) are the
// references and the models.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleInto } from './lib/bundle.mjs';
import { heading, line, median, scratch, verdict } from './lib/measure.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const [REFERENCES, MODELS] = (process.env.BENCH_SIZES ?? '10000,1000').split(',').map(Number);
const folder = scratch('bindings');
const bundle = async (name, entry) => import(await bundleInto(mkdirs(join(folder, name)), entry));
const mkdirs = (path) => (mkdirSync(path, { recursive: true }), path);
const { bind } = await bundle('bind', 'bindings/bind.ts');
const { openOutsides } = await bundle('outside', 'bindings/open-outsides.ts');
const { readProject } = await bundle('project', 'project/index.ts');
const { lint } = await bundle('lint', 'lint/lint.ts');

const ENVIRONMENTS = ['prod', 'qa', 'dev'];

/** A project with this many references, of all kinds that nodes name, and as many models that use them. */
function project(name, references, models) {
  const root = mkdirs(join(folder, name, 'models/marts'));
  const numbers = Array.from({ length: references }, (_, index) => index);
  const database = (environment, index) => {
    const status = environment === 'prod' ? 'production' : 'non-production';
    return `{ type: postgres, host: ${environment}-db${index}.internal, port: 5432, database: d, status: ${status} }`;
  };
  const written = (environment, index) => (index % 4 === 0 ? database(environment, index) : index);
  const maps = ENVIRONMENTS.map((environment) => {
    const status = environment === 'prod' ? 'production' : 'non-production';
    const own = numbers.map((index) => `    r${index}: ${written(environment, index)}\n`).join('');
    return `  ${environment}:\n    status: ${status}\n${own}`;
  });
  const kinds = numbers.map((index) => (index % 4 === 0 ? 'connection' : '{ kind: value, type: integer }'));
  const declared = kinds.map((kind, index) => `  r${index}: ${kind}\n`).join('');
  const text = `name: bench\nreferences:\n${declared}environments:\n${maps.join('')}`;
  writeFileSync(join(folder, name, 'bough.yml'), text);
  for (let index = 0; index < models; index += 1) {
    const used = `r${(index % (references - 1)) + (index % 4 === 0 ? 1 : 0)}`;
    const name = index % 4 === 0 ? 'r1' : used;
    writeFileSync(join(root, `m${index}.sql`), `SELECT ${index} AS i WHERE ${index} < {{ ${name} }}\n`);
  }
  return join(folder, name);
}

/** What lies around a project: no variables, no profile. */
async function outsideOf(root) {
  const { lookup, for: at } = await openOutsides({ root, environment: {}, home: folder, profile: false });
  return { lookup, of: (environment) => at(environment, [environment]) };
}

/** Milliseconds of processor time of several calls. */
function spent(work) {
  return Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
}

const load = (root, lookup) => {
  const { project: read, problems } = readProject(root, lookup);
  if (read === null) throw new Error(problems.map(({ message }) => message).join('\n'));
  return read;
};

heading('environments');
const manyIn = project('many', REFERENCES, 1);
const aroundMany = await outsideOf(manyIn);
const many = load(manyIn, aroundMany.lookup);
const bound = spent(() => {
  const { bindings, problems } = bind(many, 'prod', aroundMany.of);
  if (bindings.size !== REFERENCES || problems.length > 0) throw new Error('not all were resolved');
});
line(`${REFERENCES} references resolved`, bound, 'ms');

const root = project('models', 40, MODELS);
const around = await outsideOf(root);
const loaded = spent(() => load(root, around.lookup));
const read = load(root, around.lookup);
const checked = spent(() => {
  const environments = ENVIRONMENTS.map((name) => bind(read, name, around.of));
  lint({ project: read, environments, overridden: new Map(), queries: [], texts: [], leaks: [] });
});
line(`loading ${MODELS} models`, loaded, 'ms');
line('what check adds in three environments', checked, 'ms');
verdict(`${REFERENCES} references resolved`, median(bound), 'ms', 100);
verdict('what check adds', median(checked), 'ms', 150);
