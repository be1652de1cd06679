import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { asEnvironmentName } from '../../../src/model/ids.ts';
import type { EnvironmentName } from '../../../src/model/ids.ts';
import type { Entry, State } from '../../../src/state/contract.ts';
import { entry, intent, lease, node, op, removal } from '../nouns.ts';
import type { Cases } from '../conformance.ts';

/** One step of a history: what an intent changes, and what becomes of it. */
interface Step {
  readonly fate: 'commit' | 'commit by another' | 'abandon' | 'end, then commit' | 'end, then abandon';
  readonly change:
    | { readonly type: 'delete' }
    | { readonly type: 'entries'; readonly nodes: Readonly<Record<string, string | null | undefined>> };
}

const NODES = ['a', 'b', 'c', 'd'] as const;

const step: fc.Arbitrary<Step> = fc.record({
  fate: fc.constantFrom('commit', 'commit by another', 'abandon', 'end, then commit', 'end, then abandon'),
  change: fc.oneof(
    { weight: 1, arbitrary: fc.constant({ type: 'delete' as const }) },
    {
      weight: 6,
      // a string is code, null a removal, undefined drops the entry
      arbitrary: fc
        .dictionary(fc.constantFrom(...NODES), fc.constantFrom('1', '2', '3', null, undefined))
        .map((nodes) => ({ type: 'entries' as const, nodes })),
    },
  ),
});

/** What a revision holds, by node; the model keeps every revision whole. */
type Snapshot = ReadonlyMap<string, Entry>;

export const historyProperty: Cases = (given) => {
  test('holds at every revision what a model that copies everything holds', async () => {
    const { another } = given();
    // Two for all runs: each run has an environment of its own, and a server has connections for so many.
    const state = await another();
    const other = await another();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        run += 1;
        await follow(state, other, `run ${run}`, steps);
      }),
      { numRuns: 40 },
    );
  });
};

async function follow(state: State, other: State, run: string, steps: readonly Step[]): Promise<void> {
  const environment = asEnvironmentName(run);
  const model: Snapshot[] = [new Map()];
  for (const [at, step] of steps.entries()) {
    const { operation, token } = await lease(state, `${run} ${at}`, { environment });
    const written = intentOf(step, operation, model.length, environment);
    expect(await state.writeIntent(operation, token, written)).toBe('written');
    await expectSame(state, environment, model);
    if (step.fate.startsWith('end')) await state.endOperation(op(`${run} ${at}`));
    const committed = step.fate.includes('commit');
    const who = step.fate === 'commit by another' ? other : state;
    await (committed ? who.commitIntent(operation) : who.abandonIntent(operation));
    if (committed) model.push(after(step, model.at(-1) ?? new Map(), written.entries));
    await expectSame(other, environment, model);
  }
}

function intentOf(step: Step, operation: ReturnType<typeof op>, revision: number, environment: EnvironmentName) {
  const changes = step.change.type === 'delete' ? [] : Object.entries(step.change.nodes);
  return intent(operation, revision, {
    revision: { environment, operation: step.change.type === 'delete' ? 'delete' : 'apply' },
    entries: changes.flatMap(([name, code]) => {
      if (code === undefined) return [];
      return code === null ? removal(name) : entry(name, code);
    }),
    dropped: changes.flatMap(([name, code]) => (code === undefined ? node(name) : [])),
  });
}

function after(step: Step, before: Snapshot, entries: readonly Entry[]): Snapshot {
  if (step.change.type === 'delete') return new Map();
  const next = new Map(before);
  for (const name of Object.keys(step.change.nodes)) next.delete(node(name));
  for (const one of entries) next.set(one.node, one);
  return next;
}

async function expectSame(state: State, environment: EnvironmentName, model: readonly Snapshot[]): Promise<void> {
  expect((await state.environment(environment))?.head ?? 0).toBe(model.length - 1);
  expect((await state.revisions(environment)).map((one) => one.revision)).toEqual(
    Array.from({ length: model.length - 1 }, (_, at) => at + 1),
  );
  for (const [revision, wanted] of model.entries()) {
    const found = await state.entries({ environment, revision });
    expect(new Map(found.map((one) => [one.node, one]))).toEqual(wanted);
    expect(found).toHaveLength(wanted.size);
  }
  expect(await state.entries({ environment, revision: model.length })).toEqual([]);
}
