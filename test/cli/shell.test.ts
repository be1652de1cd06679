import { mkdirSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hear } from '../../src/cli/shell/dialogue.ts';
import { openHistory } from '../../src/cli/shell/history.ts';
import { Secret } from '../../src/model/secret.ts';
import { splitStatements } from '../../src/sql/statements.ts';
import { play } from './fake.ts';

const split = async (text: string): Promise<ReturnType<typeof splitStatements>> => splitStatements(text);

describe('what a line asks the shell to do', () => {
  it('waits for the semicolon, over lines', async () => {
    const first = await hear('', 'select a', split);
    expect(first.steps).toEqual([]);
    const second = await hear(first.pending, "from t where b = ';'", split);
    expect(second.steps).toEqual([]);
    const third = await hear(second.pending, 'order by 1; select 2; select', split);
    expect(third.steps).toEqual([
      { type: 'run', statement: "select a\nfrom t where b = ';'\norder by 1" },
      { type: 'run', statement: 'select 2' },
    ]);
    expect(third.pending).toBe('select');
  });

  it.each([
    ['.tables', [{ type: 'tables' }]],
    ['  .schema', [{ type: 'schema', name: null }]],
    ['.schema marts.a;', [{ type: 'schema', name: 'marts.a' }]],
    ['.help', [{ type: 'help' }]],
    ['.quit', [{ type: 'quit' }]],
    ['.exit;', [{ type: 'quit' }]],
    ['.tabels', [{ type: 'unknown', command: '.tabels' }]],
    ['', []],
    ['   ', []],
    ['-- nothing', []],
    [';', []],
  ])('%j', async (line, steps) => expect(await hear('', line, split)).toEqual({ steps, pending: '' }));

  it('takes a dot for SQL inside a statement', async () => {
    expect(await hear('select 1', '.5;', split)).toEqual({
      steps: [{ type: 'run', statement: 'select 1\n.5' }],
      pending: '',
    });
  });
});

describe('the shell', () => {
  const rows = { columns: [{ name: 'n', type: 'INTEGER' }], rows: [[7]] };

  it('answers line by line until it is left', async () => {
    const { stdout, exit, calls } = await play(['sql', '--env', 'dev'], {
      terminal: true,
      input: 'select 1;\nselect\n2;\n.nothing\n.quit\nselect 3;\n',
      rows,
    });
    expect(exit).toBe(0);
    expect(stdout).toContain('dev at revision 3, read-only.');
    expect(stdout).toContain('n\n─\n7\n1 row\n');
    expect(stdout).toContain('There is no command .nothing');
    expect(calls).toEqual([
      ['show', 'dev'],
      ['query', 'dev', 'select 1', { limit: 501, signal: expect.any(AbortSignal) }],
      ['query', 'dev', 'select\n2', { limit: 501, signal: expect.any(AbortSignal) }],
    ]);
  });

  it('ends where the input ends', async () => {
    expect((await play(['sql'], { terminal: true, input: '' })).exit).toBe(0);
  });

  it('shows no more than a screen can hold, and says so', async () => {
    const many = { columns: rows.columns, rows: Array.from({ length: 501 }, (_, n) => [n]) };
    const { stdout } = await play(['sql'], { terminal: true, input: 'select 1;\n', rows: many });
    expect(stdout).toContain('500 rows\nOnly the first 500');
    expect(stdout).not.toMatch(/^500$/m);
  });
});

describe('history', () => {
  it('stays with the project, newest first for the one who types', () => {
    const root = mkdtempSync(join(tmpdir(), 'bough-'));
    openHistory(root).save(['lost: there is no .bough yet']);
    expect(openHistory(root).lines).toEqual([]);
    mkdirSync(join(root, '.bough'));
    openHistory(root).save(['newest', 'oldest']);
    expect(readFileSync(join(root, '.bough/sql_history'), 'utf8')).toBe('oldest\nnewest\n');
    expect(statSync(join(root, '.bough/sql_history')).mode & 0o077).toBe(0);
    expect(openHistory(root).lines).toEqual(['newest', 'oldest']);
    const secret = new Secret('typed-by-mistake-77');
    openHistory(root).save([`select '${secret.reveal()}'`]);
    expect(openHistory(root).lines).toEqual(["select '[secret]'"]);
  });
});
