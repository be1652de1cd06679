import { PassThrough } from 'node:stream';
import type { GarbageResult, Planned, Workspace, WorkspaceOptions } from '../../src/workspace/contract.ts';
import type { Answer, Context, Output, Statements } from '../../src/cli/context.ts';
import { runCli } from '../../src/cli/program.ts';
import { asBuildId, asEnvironmentName, asInstant, asNodeName } from '../../src/model/ids.ts';
import type { Change, OperationResult, PlanDocument, PlanNode } from '../../src/model/plan.ts';
import type { EnvironmentRecord } from '../../src/state/contract.ts';
import type { ResultSet } from '../../src/engines/contract.ts';

export const PROD = asEnvironmentName('prod');
export const DEV = asEnvironmentName('dev');
export const NOW = asInstant('2026-11-21T12:00:00.000Z');

export const node = (name: string, change: Change, more: Partial<PlanNode> = {}): PlanNode => ({
  name: asNodeName(name),
  change,
  category: null,
  action: change === 'removed' ? 'remove' : change === 'unchanged' || change === 'behind' ? 'reuse' : 'build',
  reasons: [],
  build: null,
  ...more,
});

export const planDocument = (more: Partial<PlanDocument> = {}): PlanDocument => ({
  format: 'bough.plan/1',
  hash: 'h',
  operation: 'apply',
  environment: DEV,
  revision: 0,
  base: { environment: PROD, revision: 3 },
  nodes: [],
  data: [],
  summary: { build: 0, reuse: 0, remove: 0 },
  warnings: [],
  notes: [],
  facts: { refresh: false, takeBack: false, clock: NOW, sources: {} },
  ...more,
});

export const CHANGED: Planned = {
  document: planDocument({
    nodes: [
      node('marts.daily_revenue', 'modified', { category: 'non-breaking', reasons: ['column unique_customers added'] }),
      node('raw.orders', 'unchanged', { reasons: ['not touched'] }),
    ],
    summary: { build: 1, reuse: 4, remove: 0 },
  }),
  diffs: [{ node: asNodeName('marts.daily_revenue'), before: 'SELECT a\nFROM t\n', after: 'SELECT a, b\nFROM t\n' }],
  warnings: [],
  atMost: false,
  large: [],
  kept: new Set([asNodeName('raw.orders')]),
  changes: true,
};

export const UNCHANGED: Planned = {
  document: planDocument({
    revision: 1,
    nodes: [node('raw.orders', 'unchanged')],
    summary: { build: 0, reuse: 5, remove: 0 },
  }),
  diffs: [],
  warnings: [],
  atMost: false,
  large: [],
  kept: new Set([asNodeName('raw.orders')]),
  changes: false,
};

export const RESULT: OperationResult = {
  environment: DEV,
  revision: 1,
  moved: true,
  nodes: [{ name: asNodeName('marts.daily_revenue'), action: 'built', rows: 7, seconds: 0.02, build: asBuildId('x') }],
  summary: { built: 1, kept: 0, reused: 4, removed: 0, failed: 0 },
  problems: [],
};

export const record = (name: string, more: Partial<EnvironmentRecord> = {}): EnvironmentRecord => ({
  name: asEnvironmentName(name),
  base: name === 'prod' ? null : PROD,
  head: 3,
  operation: null,
  createdAt: NOW,
  deletedAt: null,
  ...more,
});

export interface World {
  readonly planned: Planned;
  readonly result: OperationResult | (() => Promise<OperationResult>);
  readonly environments: readonly EnvironmentRecord[];
  readonly rows: ResultSet;
  readonly garbage: GarbageResult;
  readonly terminal: boolean;
  readonly answer: Answer;
  readonly input: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly open: (options: WorkspaceOptions) => void;
  readonly interrupted: boolean;
}

export interface Played {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the command asked of the workspace, without `environments` and `close`. */
  readonly calls: readonly (readonly unknown[])[];
  readonly questions: readonly string[];
}

/** Runs the command line with a workspace that only remembers what it was asked. */
export async function play(argv: readonly string[], world: Partial<World> = {}): Promise<Played> {
  const calls: unknown[][] = [];
  const questions: string[] = [];
  const stdout = collect(world.terminal ?? false);
  const stderr = collect(world.terminal ?? false);
  const stdin = Object.assign(new PassThrough(), { isTTY: world.terminal ?? false });
  stdin.end(world.input ?? '');
  const controller = new AbortController();
  if (world.interrupted === true) controller.abort();
  const context: Context = {
    cwd: world.cwd ?? '/nowhere',
    env: world.env ?? { NO_COLOR: '1' },
    stdin,
    stdout: stdout.output,
    stderr: stderr.output,
    interruption: { signal: controller.signal, reason: () => (controller.signal.aborted ? 'interrupted' : null) },
    openWorkspace: async (options) => {
      world.open?.(options);
      const { signal: _, listener: __, ...rest } = options;
      calls.push(['open', rest]);
      return workspaceOf(world, calls);
    },
    initProject: async (...wanted) => {
      calls.push(['init', ...wanted]);
      return { files: ['bough.yml'] };
    },
    splitStatements: splitAtSemicolons,
    confirm: async (question) => {
      questions.push(question);
      return world.answer ?? 'yes';
    },
  };
  const exit = await runCli(argv, '1.2.3', context);
  return {
    exit,
    stdout: stdout.text(),
    stderr: stderr.text(),
    calls: calls.filter(([name]) => name !== 'open' || argv.includes('-C') || argv.includes('--wait')),
    questions,
  };
}

export const splitAtSemicolons = async (text: string): Promise<Statements> => {
  const parts = text.split(';');
  return { whole: parts.slice(0, -1).map((part) => part.trim()), rest: parts.at(-1) ?? '' };
};

function collect(isTerminal: boolean): { readonly output: Output; readonly text: () => string } {
  const stream = new PassThrough();
  let text = '';
  const write = (more: string): boolean => {
    text += more;
    return true;
  };
  stream.on('data', (chunk) => write(String(chunk)));
  return { output: { stream, isTerminal, columns: 100, write }, text: () => text };
}

function workspaceOf(world: Partial<World>, calls: unknown[][]): Workspace {
  const planned = world.planned ?? CHANGED;
  const remember = <T>(answer: T, ...call: unknown[]): Promise<T> => {
    calls.push(call);
    return Promise.resolve(answer);
  };
  const result = world.result ?? RESULT;
  return {
    root: '/nowhere',
    base: PROD,
    check: () => Promise.reject(new Error('not here')),
    destination: () => Promise.resolve(null),
    explain: () => Promise.reject(new Error('not here')),
    resolve: () => Promise.reject(new Error('not here')),
    lapses: () => Promise.resolve([]),
    planApply: (...call) => remember(planned, 'planApply', ...call),
    planFromFile: (...call) => remember(planned, 'planFromFile', ...call),
    planRun: (...call) => remember(planned, 'planRun', ...call),
    planPromote: (...call) => remember(planned, 'planPromote', ...call),
    estimated: async (planned) => planned,
    planRollback: (...call) => remember(planned, 'planRollback', ...call),
    planDelete: (...call) => remember(planned, 'planDelete', ...call),
    planExport: (environment) => Promise.resolve({ environment, revision: 1, exports: [] }),
    export: () => Promise.reject(new Error('not here')),
    execute: async (_planned, options) => {
      calls.push(['execute', options]);
      return typeof result === 'function' ? result() : result;
    },
    environments: () => Promise.resolve(world.environments ?? [record('prod'), record('dev')]),
    show: (environment) => remember({ record: record(environment), revision: null, nodes: [] }, 'show', environment),
    history: (environment) => remember([], 'history', environment),
    render: (...call) => remember('SELECT 1', 'render', ...call),
    lineage: (...call) => remember({ start: { node: asNodeName('a.b'), column: null }, edges: [] }, 'lineage', ...call),
    config: (environment) => remember({ environment, values: new Map() }, 'config', environment),
    query: (...call) => remember(world.rows ?? { columns: [], rows: [] }, 'query', ...call),
    collect: (...call) => remember(world.garbage ?? { builds: [], revisions: 0 }, 'collect', ...call),
    close: () => Promise.resolve(),
  };
}
