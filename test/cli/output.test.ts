import { describe, expect, it } from 'vitest';
import { diffLines } from '../../src/cli/output/diff-text.ts';
import { eventLine } from '../../src/cli/output/event-text.ts';
import { planText, type PlanView } from '../../src/cli/output/plan-text.ts';
import { problemsText, problemText } from '../../src/cli/output/problem-text.ts';
import { NOTHING_RUNNING, running, runningText } from '../../src/cli/output/progress.ts';
import { COLOURED, PLAIN, styleFor } from '../../src/cli/output/style.ts';
import { seconds, shellCommand } from '../../src/cli/output/words.ts';
import type { Event } from '../../src/model/events.ts';
import { asEnvironmentName, asNodeName } from '../../src/model/ids.ts';
import { problem, warning } from '../../src/model/problems.ts';
import { CHANGED, node, planDocument, UNCHANGED } from './fake.ts';

const noSource = (): string | null => null;
const view = (more: Partial<PlanView> = {}): PlanView => ({
  document: CHANGED.document,
  diffs: CHANGED.diffs,
  warnings: [],
  kept: CHANGED.kept,
  atMost: false,
  isNew: true,
  near: null,
  all: false,
  showDiffs: true,
  takeData: 'bough run prod',
  ...more,
});

describe('a plan for people', () => {
  it('shows what changes, why, the diff and one summary line', () => {
    expect(planText(view(), noSource, PLAIN)).toBe(`dev (apply; new, from prod at revision 3)
└─ ~ marts.daily_revenue  modified  non-breaking  build
    column unique_customers added
      @@ -1,2 +1,2 @@
      -SELECT a
      +SELECT a, b
       FROM t

Plan for dev: 1 to build, 4 reused, 0 to remove.
`);
    expect(planText(view({ atMost: true }), noSource, PLAIN)).toContain(
      'Plan for dev: builds at most 1, 4 reused, 0 to remove.',
    );
  });

  it('has a sign for each kind of change and lists what is kept only when asked', () => {
    const nodes = [
      node('a.new', 'added', { category: 'breaking' }),
      node('a.reader', 'indirect', { category: 'breaking', reasons: ['reads a.new'] }),
      node('a.old', 'removed'),
      node('a.late', 'behind', { reasons: ['promotion, revision 4'] }),
      node('raw.t', 'unchanged', { action: 'build', reasons: ['newer data'] }),
      node('raw.kept', 'unchanged'),
    ];
    const kept = new Set([asNodeName('raw.kept')]);
    const document = planDocument({ base: null, revision: 4, nodes, summary: { build: 3, reuse: 2, remove: 1 } });
    const text = planText(view({ document, diffs: [], kept, isNew: false, all: true }), noSource, PLAIN);
    expect(text).toBe(`dev (apply; at revision 4)
├─ + a.new     added      breaking  build
├─ > a.reader  indirect   breaking  build
│   reads a.new
├─ - a.old     removed              remove
├─ < a.late    behind               reuse
│   promotion, revision 4
├─ * raw.t     unchanged            build
│   newer data
└─ = raw.kept  unchanged            reuse

Plan for dev: 3 to build, 2 reused, 1 behind, 1 to remove.
`);
    expect(planText(view({ document, diffs: [], kept }), noSource, PLAIN)).not.toContain('raw.kept');
  });

  it('says that there are no changes', () => {
    expect(planText(view({ ...UNCHANGED, isNew: false }), noSource, PLAIN)).toContain('No changes for dev: 5 reused.');
  });

  it('names newer data that is not taken, and what takes it', () => {
    const data = [
      { source: asNodeName('raw.orders'), change: 'newer data', taken: false },
      { source: asNodeName('raw.updates'), change: 'newer data', taken: true },
    ];
    const text = planText(view({ document: planDocument({ data }) }), noSource, PLAIN);
    expect(text).toContain(
      'raw.orders   newer data, not taken (bough run prod takes it)\n  raw.updates  newer data, taken',
    );
  });

  it('of a delete says how much goes', () => {
    const document = planDocument({ operation: 'delete', summary: { build: 0, reuse: 0, remove: 1 } });
    expect(planText(view({ document }), noSource, PLAIN)).toContain('Plan for dev: it is deleted, 1 node to remove.');
  });

  it('tells of a known name that is near a new one', () => {
    expect(planText(view({ near: asEnvironmentName('devs') }), noSource, PLAIN)).toContain(
      '\n`dev` does not exist yet, but `devs` does\n',
    );
  });

  it('lets nothing from the files act on the terminal', () => {
    const evil = '\u001b[2Jx';
    const nodes = [node(evil, 'added', { reasons: [evil] })];
    const diffs = [{ node: asNodeName(evil), before: '', after: evil }];
    const document = planDocument({
      nodes,
      data: [{ source: asNodeName(evil), change: evil, taken: true }],
      notes: [evil],
    });
    expect(planText(view({ document, diffs }), noSource, PLAIN)).not.toContain('\u001b');
  });

  it('cuts a long diff and says how much is left', () => {
    const long = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n');
    const lines = diffLines('', long, 40, PLAIN);
    expect(lines).toHaveLength(40);
    expect(lines.at(-1)).toBe('… 61 more lines');
  });

  it('gives up on texts with nothing in common', () => {
    const text = (word: string): string => Array.from({ length: 3_000 }, (_, line) => `${word} ${line}`).join('\n');
    expect(diffLines(text('a'), text('b'), 40, PLAIN)).toEqual(['rewritten: 3000 lines before, 3000 now']);
  });

  it('takes no missing line break at the end for a change', () => {
    expect(diffLines('SELECT 1', 'SELECT 1\n', 40, PLAIN)).toEqual([]);
  });
});

describe('problems for people', () => {
  const at = { file: 'models/a.sql', line: 2, column: 6 };

  it('shows the place with a caret and what to do', () => {
    const one = problem('table-unknown', '`raw.order` is no table', { at, hint: 'did you mean `raw.orders`?' });
    expect(problemText(one, () => 'SELECT *\nFROM raw.order\n', PLAIN)).toBe(`error[table-unknown] models/a.sql:2:6
  \`raw.order\` is no table
    2 | FROM raw.order
      |      ^
  hint: did you mean \`raw.orders\`?
`);
  });

  it('puts the caret right behind tabs', () => {
    const text = problemText(problem('sql-syntax', 'x', { at: { ...at, line: 1, column: 3 } }), () => '\tab', PLAIN);
    expect(text.split('\n').slice(2, 4)).toEqual(['    1 |     ab', '      |      ^']);
  });

  it('does without a file that cannot be read, and without a place', () => {
    expect(problemText(problem('sql-syntax', 'x', { at }), noSource, PLAIN)).toBe(
      'error[sql-syntax] models/a.sql:2:6\n  x\n',
    );
    expect(problemText(warning('view-ties', 'x'), noSource, PLAIN)).toBe('warning[view-ties]\n  x\n');
  });

  it('shows a hundred of them', () => {
    const many = Array.from({ length: 130 }, () => problem('cycle', 'x'));
    expect(problemsText(many, noSource, PLAIN)).toContain('… and 30 more; --json lists all');
  });
});

describe('events as lines', () => {
  const raw = asNodeName('raw.orders');
  it.each<[Event, string | null]>([
    [{ type: 'build-started', node: raw, running: 1, total: 4 }, null],
    [
      { type: 'build-finished', node: raw, rows: 1234, seconds: 0.021, done: 3, total: 14 },
      'built    3/14  raw.orders  1,234 rows  0.02 s',
    ],
    [
      { type: 'build-finished', node: raw, rows: null, seconds: 0, done: 4, total: 4 },
      'built   4/4  raw.orders  view  0.00 s',
    ],
    [
      { type: 'build-kept', node: raw, compared: [asNodeName('raw.a'), asNodeName('raw.b')], done: 5, total: 14 },
      'kept     5/14  raw.orders  same data, kept  compared raw.a, raw.b',
    ],
    [
      { type: 'build-kept', node: raw, compared: [], done: 6, total: 6 },
      'kept    6/6  raw.orders  same data, kept  its inputs were kept',
    ],
    [{ type: 'build-skipped', node: raw, because: asNodeName('raw.x') }, 'skipped raw.orders  raw.x failed'],
    [{ type: 'waiting', what: 'w.duckdb', holder: 'PID 7' }, 'waiting for w.duckdb, held by PID 7'],
    [{ type: 'collected', builds: 0 }, null],
    [
      {
        type: 'build-failed',
        node: raw,
        problem: problem('build-failed', 'no\nmore', { at: { file: 'a.sql', line: 1, column: 2 } }),
      },
      'failed  raw.orders  a.sql:1:2',
    ],
  ])('%j', (event, line) => expect(eventLine(event, PLAIN)).toBe(line));

  it('are drawn with the time that passed, until they are over', () => {
    const started = running(1_000, NOTHING_RUNNING, { type: 'build-started', node: raw, running: 1, total: 2 });
    expect(runningText(started, 3_500, PLAIN)).toBe('building raw.orders  2.50 s\n0 of 2 done');
    const over = running(4_000, started, { type: 'build-finished', node: raw, rows: 1, seconds: 3, done: 1, total: 2 });
    expect(runningText(over, 4_000, PLAIN)).toBe('');
  });
});

describe('style and words', () => {
  it('colours a terminal, unless NO_COLOR says no', () => {
    expect(styleFor({ isTerminal: true }, {})).toBe(COLOURED);
    expect(styleFor({ isTerminal: true }, { NO_COLOR: '' })).toBe(COLOURED);
    expect(styleFor({ isTerminal: true }, { NO_COLOR: '1' })).toBe(PLAIN);
    expect(styleFor({ isTerminal: true }, { TERM: 'dumb' })).toBe(PLAIN);
    expect(styleFor({ isTerminal: false }, {})).toBe(PLAIN);
    expect(COLOURED.red('x')).toBe('\u001b[31mx\u001b[39m');
  });

  it('writes commands that a shell takes as they are', () => {
    expect(shellCommand('-C', "a b's", 'apply', 'feature/a')).toBe(`bough -C 'a b'\\''s' apply feature/a`);
  });

  it('writes times to be read', () => {
    expect([0.004, 9.999, 12.34, 245].map(seconds)).toEqual(['0.00 s', '10.00 s', '12.3 s', '4 min 05 s']);
  });
});
