import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bough, document, ensureBuilt, type Ended } from '../story/command.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bough-cli-roots-')));
const run = (...argv: readonly string[]): Promise<Ended> => bough(folder, ...argv);

const FILES: Readonly<Record<string, string>> = {
  'bough.yml': `name: shop
references: { orders: value }
environments:
  prod: { orders: data/orders.csv }
  qa: { base: none, orders: data/orders.csv }
  dev: { base: none, orders: data/sample.csv }
promotion: [dev, qa, prod]
`,
  'data/orders.csv': 'id,amount\n1,10\n2,20\n',
  'data/sample.csv': 'id,amount\n1,10\n',
  'models/raw/orders.yml': 'kind: source\nname: raw.orders\nfile: { reference: orders }\nformat: csv\n',
  'models/marts/total.sql': 'SELECT sum(amount) AS total FROM raw.orders\n',
};

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const TO_QA = `qa (promote; new, from dev at revision 1)
├─ + raw.orders   added  build
│   new
│   same code, over qa's data
└─ + marts.total  added  build
    new
    same code, over qa's data

data
  raw.orders  new source, taken

to another root: carries code; builds 2 there

Plan for qa: 2 to build, 0 reused, 0 to remove.
`;

/** Every step stands on the one before. */
describe('code that goes from root to root, on the command line', () => {
  beforeAll(() => {
    ensureBuilt();
    write(FILES);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is shown, asked about, and carried to the next step of the path', async () => {
    expect((await run('apply', 'dev', '--yes')).exit).toBe(0);
    const asked = await run('promote', 'dev');
    expect(asked.exit).toBe(64);
    expect(asked.stderr).toContain('bough promote dev --yes');
    const done = await run('promote', 'dev', '--yes');
    expect(done).toMatchObject({ exit: 0, stdout: 'qa is at revision 1: 2 built.\n' });
    expect(done.stderr.slice(0, TO_QA.length)).toBe(TO_QA);
    expect((await run('sql', '--env', 'qa', '-e', 'SELECT * FROM marts.total')).stdout).toBe('total\n30\n');
    expect((await run('env', 'history', 'qa')).stdout).toContain('dev@1');
  });

  it('says of what kind it is to programs', async () => {
    const planned = await document<unknown>(folder, 0, 'promote', 'qa', '--dry-run');
    expect(planned).toMatchObject({
      format: 'bough.plan/1',
      operation: 'promote',
      environment: 'prod',
      base: { environment: 'qa', revision: 1 },
      promotion: { kind: 'root', replaced: [] },
      summary: { build: 2, reuse: 0, remove: 0 },
    });
  });

  it('skips no step, and has an end', async () => {
    expect(await run('promote', 'dev', 'prod')).toMatchObject({
      exit: 1,
      stdout: '',
      stderr: `error[promotion-path]
  Before \`prod\`, the code of \`dev\` goes to \`qa\`: dev → qa → prod.
  hint: Go step by step:
    bough promote dev qa
`,
    });
    expect((await run('promote', 'qa', '--yes')).exit).toBe(0);
    expect(await run('promote', 'prod')).toMatchObject({
      exit: 1,
      stderr: `error[promotion-path]
  \`prod\` is where the promotion path ends: dev → qa → prod.
  hint: To bring its code back:
    bough promote prod qa
`,
    });
  });

  it('does nothing twice, and is refused where both sides changed the same', async () => {
    expect(await run('promote', 'qa', '--yes')).toMatchObject({
      exit: 0,
      stdout: 'Nothing to do, prod stays at revision 1: 2 reused.\n',
      stderr: '',
    });
    write({ 'models/marts/total.sql': 'SELECT sum(amount) AS total, count(*) AS orders FROM raw.orders\n' });
    expect((await run('apply', 'prod', '--yes')).exit).toBe(0);
    write({ 'models/marts/total.sql': 'SELECT max(amount) AS total FROM raw.orders\n' });
    expect((await run('apply', 'qa', '--yes')).exit).toBe(0);
    expect(await run('promote', 'qa', '--yes')).toMatchObject({
      exit: 4,
      stdout: '',
      stderr: `error[merge-conflict]
  \`marts.total\` was changed differently on both sides: qa changed it (revision 2), prod changed it (revision 2).
  hint: Bring both together in your files (git merge), and to both sides, then promote again:
    bough apply qa
    bough apply prod
`,
    });
  });
});
