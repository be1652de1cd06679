// Writes docs/commands.md: plays a small story through the built command and shows what it said. What differs from run to
// run (instants, seconds, attempts, folders, users) is put in one shape, so that the page changes where Bough does.
// With --check it only says whether the page is what it would write.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const page = here('docs/commands.md');
const scratch = mkdtempSync(join(tmpdir(), 'bough-docs-'));
const shop = join(scratch, 'shop');
mkdirSync(shop);
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const words = (line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);

/** Runs one command line; another exit code than the expected one ends the generation. */
function bough(line, exit = 0) {
  const child = spawnSync(process.execPath, [here('dist/bough.js'), ...words(line)], {
    cwd: shop,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  if (child.status !== exit) {
    throw new Error(
      `bough ${line} ended with ${child.status ?? child.signal}, not ${exit}\n${child.stdout}${child.stderr}`,
    );
  }
  return child;
}

const steady = (text) =>
  text
    .replaceAll(shop, '/home/ada/shop')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '2026-01-05T09:30:00.000Z')
    .replaceAll(/"seconds": [\d.e-]+/g, '"seconds": 0.01')
    .replaceAll(
      /(\w+?)__[0-9a-f]{12}(?![0-9a-f])/g,
      (_, name) => `${name}__${createHash('sha256').update(name).digest('hex').slice(0, 12)}`,
    )
    .replaceAll(/(__[0-9a-f]{12})_[0-9a-z]{6}\b/g, '$1_k3v9xq')
    .replaceAll(/"hash": "[0-9a-f]{8}[0-9a-f]*"/g, '"hash": "5f0c…"')
    .replaceAll(/"commit": "[0-9a-f]{40}"/g, '"commit": "5b1e…"')
    .replaceAll(/"(raw\.\w+)": "[0-9a-f]{64}"/g, '"$1": "9b1d…"')
    .replaceAll(`"by": "${userInfo().username}"`, '"by": "ada"');

/** JSON with every value that fits on one line on one line. */
function laidOut(value, indent = '') {
  const flat = JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ');
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= 112) return flat;
  const inner = `${indent}  `;
  const rows = Array.isArray(value)
    ? value.map((item) => inner + laidOut(item, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${laidOut(item, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${rows.join(',\n')}\n${indent}${close}`;
}

const fenced = (language, text) => ['```' + language, text.trimEnd(), '```', ''].join('\n');

/** What gc lists comes in the order of the attempts' names, which nobody knows before. */
const inOrder = (document) =>
  document.builds === undefined
    ? document
    : { ...document, builds: document.builds.toSorted((left, right) => (left.build < right.build ? -1 : 1)) };

/** The document that a command line prints, under the line itself. */
function shown(line, exit = 0) {
  const { stdout } = bough(line, exit);
  const ended = exit === 0 ? '' : ` and ends with exit code ${exit}`;
  return `\`bough ${line}\` prints this${ended}:\n\n${fenced('json', laidOut(inOrder(JSON.parse(steady(stdout)))))}`;
}

/** What people see of a command line, standard error included. */
function spoken(line) {
  const { stdout, stderr } = bough(line);
  return fenced('text', steady(`$ bough ${line}\n${stderr}${stdout}`));
}

/** A command's own arguments, options, examples and exit codes, as its help has them. */
function help(command) {
  const { stdout } = bough(`${command} --help`);
  const own = stdout
    .replace(/\nGlobal Options:\n(?: .*\n)+/, '')
    .replace(/^Usage: .*\n\n.*\n/, (usage) => usage.split('\n')[0] + '\n')
    .replace(/\n {2}-h, --help +show help/, '')
    .replace(/\nOptions:\n(?=\n|$)/, '');
  return fenced('text', own);
}

function describe(command) {
  const { stdout } = bough(`${command} --help`);
  return stdout.split('\n\n')[1].replaceAll('\n', ' ');
}

/** A repository with tags, beside the files of the shop. */
function release(name, tags) {
  const folder = join(shop, name);
  mkdirSync(folder);
  const author = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.com'];
  const git = (...args) => spawnSync('git', [...author, ...args], { cwd: folder });
  git('init', '--quiet');
  git('commit', '--quiet', '--allow-empty', '-m', 'first');
  for (const tag of tags) git('tag', tag);
}

const copy = (step) =>
  cpSync(here(`examples/shop/steps/${step}`), shop, { recursive: true, filter: (path) => !path.endsWith('_day2.csv') });

const sections = new Map();
const section = (command, ...parts) => sections.set(command, parts.join('\n'));

section('init', shown('init shop --json'));
section('check', shown('check --json'));
bough('apply prod --yes -m "first orders"');
appendFileSync(join(shop, 'data/orders.csv'), readFileSync(here('examples/shop/steps/2/data/orders_day2.csv'), 'utf8'));
section('run', shown('run --yes --json -m "day two"'));
copy(2);
copy(3);
bough('apply prod --yes -m "revenue per day"');
copy(5);
section(
  'plan',
  spoken('plan dev'),
  'A saved plan (`-o`) is the document of `--json --all`.\n',
  shown('plan dev --json'),
);
section('apply', shown('apply dev --yes --json -m "unique customers"'));
section(
  'sql',
  shown('sql --env dev --json -e "select order_date, unique_customers from marts.daily_revenue order by 1 limit 2"'),
);
section('render', shown('render marts.daily_revenue --env dev --json'));
section('lineage', shown('lineage marts.daily_revenue.unique_customers --json'));
section('promote', shown('promote dev --yes --json -m "tested in dev"'));
section('rollback', shown('rollback prod --yes --json -m "numbers look odd"'));
section('export', shown('export --json'));
section('env list', shown('env list --json'));
section('env show', shown('env show dev --json'));
section('env history', shown('env history prod --json'));
section('env delete', shown('env delete dev --yes --json'));
section('gc', shown('gc --keep 0 --yes --json'));
mkdirSync(join(shop, 'config/orders'), { recursive: true });
writeFileSync(join(shop, 'config/orders/base.yaml'), 'first_day: 2026-01-01\nsample: 1\n');
writeFileSync(join(shop, 'config/orders/dev.override.yaml'), 'sample: 0.1\n');
section('config show', spoken('config show --env dev'), shown('config show --env dev --json'));
section('config diff', spoken('config diff dev prod'), shown('config diff dev prod --json'));
appendFileSync(
  join(shop, 'bough.yml'),
  `references:
  sample: value
  cleaner: { kind: release, repository: ./cleaner }
environments:
  prod: { sample: 1, cleaner: v*.*.* }
  dev: { sample: 0.1, cleaner: v*.*.*-dev }
`,
);
release('cleaner', ['v1.0.9', 'v1.0.18', 'v1.1.0-dev']);
section('resolve', spoken('resolve'), shown('resolve --env dev --json'));
section('explain', spoken('explain sample --env dev'), shown('explain sample --env dev --json'));
section('schema', spoken('schema'), shown('schema --json'));
section('secrets scan', spoken('secrets scan'), shown('secrets scan --json'));
writeFileSync(join(shop, 'models/marts/broken.sql'), 'SELECT order_id FROM staging.orders_cleand\n');
const error = shown('check --json', 1);

const globals = /Options:\n((?: .*\n)+)/.exec(bough('--help').stdout)[1];
const exits = /Exit codes:\n((?: .*\n?)+)/.exec(bough('--help').stdout)[1];
const order = [
  'init',
  'check',
  'plan',
  'apply',
  'run',
  'promote',
  'rollback',
  'export',
  'sql',
  'env list',
  'env show',
  'env history',
  'env delete',
  'render',
  'lineage',
  'resolve',
  'explain',
  'config show',
  'config diff',
  'secrets scan',
  'gc',
  'schema',
];
const text = `# Commands

<!-- Written by docs/generate-commands.mjs from what the commands say: change them, then run \`npm run docs\`. -->

Every command works from any folder of a project. People's words, progress and errors go to standard error, a command's own
result to standard output. With \`--json\` one document and nothing else is printed there, also for an error.

| command | what it does |
|---|---|
${order.map((command) => `| [\`${command}\`](#${command.replace(' ', '-')}) | ${describe(command)} |`).join('\n')}

## Everywhere

${fenced('text', globals)}
Every flag can be given by a variable of the process, too: \`--yes\` is \`BOUGH_YES=1\`, \`--wait 10m\` is \`BOUGH_WAIT=10m\`,
\`--take-back\` is \`BOUGH_TAKE_BACK=1\`. What stands on the command line wins.

Commands that write ask on a terminal. Without one they need \`--yes\`; else they show the plan, write nothing and exit 64.

## Exit codes

${fenced('text', exits)}
## Errors

All errors of a command are told at once, each with a code that stays as it is, the place in the file, and what to do.
${error}
${order.map((command) => `## ${command}\n\n${describe(command)}.\n\n${help(command)}\n${sections.get(command)}`).join('\n')}`;

if (process.argv.includes('--check')) {
  if (readFileSync(page, 'utf8') === text) console.log('docs/commands.md is what the commands say.');
  else {
    console.error('docs/commands.md is not what the commands say any more: npm run docs');
    process.exitCode = 1;
  }
} else writeFileSync(page, text);
