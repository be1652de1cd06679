import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureBuilt } from '../story/command.ts';
import { COMMAND_LEAVES } from '../support/commands.ts';
import { NEW_CODE, NEW_DATA } from '../support/shop.ts';
import { Planted, type Wanted } from './planted.ts';

interface Step {
  readonly argv: readonly string[];
  readonly exit?: number;
  readonly before?: (planted: Planted) => void;
}

/** A life of a project in which every command has its turn. */
const STORY: readonly Step[] = [
  { argv: ['init', 'shop', '-C', 'out/other'] },
  { argv: ['schema', '--write'] },
  { argv: ['check'] },
  { argv: ['check', '--format', 'sarif'] },
  { argv: ['plan', 'prod'] },
  { argv: ['apply', 'prod', '--yes', '-m', 'first'] },
  { argv: ['plan', 'dev', '-o', 'out/plan.json'], before: (planted) => planted.write(NEW_CODE) },
  { argv: ['plan', 'dev', '--json', '--all'] },
  { argv: ['apply', 'out/plan.json', '--yes', '--json'] },
  { argv: ['run', 'prod', '--yes', '--json'], before: (planted) => planted.write(NEW_DATA) },
  { argv: ['promote', 'dev', '--yes'] },
  { argv: ['export', 'prod', '--node', 'marts.recent', '--yes', '--json'] },
  { argv: ['rollback', 'prod', '--yes'] },
  { argv: ['sql', '-e', 'SELECT country, revenue FROM marts.revenue', '-o', 'out/rows.csv'] },
  { argv: ['sql', '--env', 'dev', '--json', '-e', 'SELECT count(*) FROM marts.recent'] },
  { argv: ['render', 'marts.recent', '--env', 'dev'] },
  { argv: ['lineage', 'marts.revenue.revenue', '--json'] },
  { argv: ['resolve', '--json'] },
  { argv: ['explain', 'crm', '--env', 'prod'] },
  { argv: ['explain', 'api', '--env', 'dev', '--json'] },
  { argv: ['config', 'show', '--env', 'dev', '--json'] },
  { argv: ['config', 'show'] },
  { argv: ['config', 'diff', 'dev', 'prod'] },
  { argv: ['secrets', 'scan'] },
  { argv: ['secrets', 'scan', '--json', '.env.stage'], exit: 1 },
  { argv: ['env', 'list', '--json'] },
  { argv: ['env', 'show', 'prod', '--json'] },
  { argv: ['env', 'history', 'prod', '--json'] },
  { argv: ['env', 'delete', 'dev', '--yes'] },
  { argv: ['gc', '--keep', '0d', '--yes'] },
];

const named = ({ argv }: Step): string =>
  COMMAND_LEAVES.find(([name]) => `${argv.join(' ')} `.startsWith(`${name} `))?.[0] ?? '';

const [DUCKDB, POSTGRES]: readonly [Wanted, Wanted] = [
  { warehouse: null, state: null },
  { warehouse: 'file', state: 'mounted' },
];
/** What connects, and shows what it found. */
const SHORT: readonly Step[] = [
  { argv: ['apply', 'prod', '--yes'] },
  { argv: ['sql', '-e', 'SELECT country, revenue FROM marts.revenue'] },
  { argv: ['env', 'show', 'prod', '--json'] },
];
const STAGE: readonly Step[] = [
  { argv: ['apply', 'stage', '--yes'] },
  { argv: ['sql', '--env', 'stage', '-e', 'SELECT * FROM marts.revenue'] },
];
const LIVES: readonly (readonly [string, Wanted, readonly Step[]])[] = [
  ['DuckDB and SQLite, every command', DUCKDB, STORY],
  ['PostgreSQL with secrets of files, every command', POSTGRES, STORY],
  ['a state with a secret of a command', { warehouse: null, state: 'exec' }, SHORT],
  ['a warehouse with a secret of a variable', { warehouse: 'process', state: null }, SHORT],
  [
    'a warehouse with a secret of an env file, and a root with one of its own',
    { warehouse: 'dotenv', state: null, stage: { warehouse: 'dotenv of stage', state: 'exec' } },
    [...SHORT, ...STAGE],
  ],
];

async function planted(wanted: Wanted): Promise<Planted> {
  const made = await Planted.make(wanted);
  onTestFinished(() => made.clear());
  return made;
}

async function play(project: Planted, story: readonly Step[]): Promise<void> {
  for (const { argv, exit = 0, before } of story) {
    before?.(project);
    const ended = await project.run(...argv);
    expect({ argv, exit: ended.exit, stderr: ended.exit === exit ? '' : ended.stderr }).toEqual({
      argv,
      exit,
      stderr: '',
    });
  }
}

describe('no secret is seen anywhere', () => {
  beforeAll(ensureBuilt);

  it('is played with every command that there is', () => {
    expect([...new Set(STORY.map(named))].toSorted()).toEqual(COMMAND_LEAVES.map(([name]) => name).toSorted());
  });

  it.each(LIVES)('%s', { timeout: 600_000 }, async (_, wanted, story) => {
    const project = await planted(wanted);
    await play(project, story);
    expect(await project.sightings()).toEqual([]);
    const spied = readFileSync(join(project.folder, 'arguments'), 'utf8');
    expect(spied).toContain('bough.js');
  });

  it('is what the search would tell', async () => {
    const project = await planted(DUCKDB);
    const value = project.value('exec');
    project.write({ '.bough/leak': `user:${Buffer.from(`ann:${value}`).toString('base64')}` });
    const more = [JSON.stringify({ text: value }), encodeURIComponent(value), Buffer.from(value).toString('hex')];
    const found = await project.sightings(more.map((content, index) => ({ where: `more ${index}`, content })));
    for (const where of ['.bough/leak', 'more 0', 'more 1', 'more 2']) expect(found.join('\n')).toContain(where);
  });
});
