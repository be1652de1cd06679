import { meaningKey } from '../identity/meaning.ts';
import type { DefinitionHash, EnvironmentName, Instant, Key, NodeName, OperationId } from '../model/ids.ts';
import type { Relation } from '../plan/choose.ts';
import type { PlanCore, Step } from '../plan/core.ts';
import type { Entry, Intent, OwnedView, Revision } from '../state/contract.ts';
import type { ViewChanges } from './views.ts';

type Relations = ReadonlyMap<NodeName, Relation | null>;

function entryOf(step: Step, core: PlanCore, relations: Relations): Entry {
  if (step.restored !== null) return step.restored;
  const { target } = step;
  if (target === null) throw new Error(`${step.name} has nothing to record`);
  const relation = relations.get(step.name);
  if (relation === undefined || relation === null) throw new Error(`${step.name} has no relation`);
  return {
    node: step.name,
    definition: target.definition.hash,
    local: target.identity.local,
    code: meaningKey(target.identity.meaning),
    key: target.identity.build.build,
    build: 'build' in relation ? relation.build : null,
    origin: target.origin,
    fact: core.facts.sources.get(step.name) ?? null,
  };
}

const removal = (node: NodeName, core: PlanCore): Entry => ({
  node,
  definition: null,
  local: null,
  code: null,
  key: null,
  build: null,
  origin: { operation: core.operation, revision: core.head + 1 },
  fact: null,
});

function changedEntries(core: PlanCore, relations: Relations): readonly Entry[] {
  return core.steps.flatMap((step): readonly Entry[] => {
    if (step.write === 'entry') return [entryOf(step, core, relations)];
    return step.write === 'removal' ? [removal(step.name, core)] : [];
  });
}

/** Whether a revision changes any definition, or only data. */
const changesCode = (core: PlanCore): boolean =>
  core.steps.some((step) => step.write !== 'nothing' && step.change !== 'unchanged' && step.change !== 'behind');

export interface Signature {
  readonly operation: OperationId;
  readonly at: Instant;
  readonly by: string;
  readonly message: string | null;
}

/** Everything that the plan's revision writes to the state. */
export function intentOf(core: PlanCore, relations: Relations, changes: ViewChanges, signature: Signature): Intent {
  const revision: Revision = {
    environment: core.environment,
    revision: core.head + 1,
    operation: core.operation,
    operationId: signature.operation,
    at: signature.at,
    by: signature.by,
    message: signature.message,
    from: core.from,
    base: core.branchPoint,
    standsAt: core.standsAt,
    clock: core.facts.clock,
    clockAvoid: core.clockAvoid,
    engine: core.facts.engine,
    code: changesCode(core),
    gone: false,
  };
  const definitions = new Map<DefinitionHash, string>();
  const meanings = new Map<Key, string>();
  for (const step of core.steps) {
    if (step.write !== 'entry' || step.target === null) continue;
    definitions.set(step.target.definition.hash, step.target.definition.json);
    meanings.set(meaningKey(step.target.identity.meaning), JSON.stringify(step.target.identity.meaning));
  }
  const deleting = core.operation === 'delete';
  return {
    revision,
    base: core.base,
    follows: core.head,
    entries: deleting ? [] : changedEntries(core, relations),
    dropped: deleting ? [] : core.steps.filter((step) => step.write === 'inherit').map((step) => step.name),
    definitions,
    meanings,
    viewsTaken: changes.moved.map((view) => owned(view.folded, core.environment, view.node)),
    viewsLeft: changes.dropped.map((view) => view.folded),
  };
}

const owned = (name: string, environment: EnvironmentName, node: NodeName): OwnedView => ({ name, environment, node });
