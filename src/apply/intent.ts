import { hash } from 'node:crypto';
import { recordOfMeaning } from '../identity/meaning.ts';
import {
  asDefinitionHash,
  type DefinitionHash,
  type EnvironmentName,
  type Instant,
  type Key,
  type NodeName,
  type OperationId,
} from '../model/ids.ts';
import type { Relation } from '../plan/choose.ts';
import { definitionOf } from '../plan/definition.ts';
import type { PlanCore, Step } from '../plan/core.ts';
import type { Entry, Intent, OwnedView, Revision } from '../state/contract.ts';
import type { ViewChanges } from './views.ts';

type Relations = ReadonlyMap<NodeName, Relation | null>;

type Definitions = ReadonlyMap<NodeName, { readonly hash: DefinitionHash; readonly json: string }>;

function definitionsOf(core: PlanCore): Definitions {
  const definitions = new Map<NodeName, { hash: DefinitionHash; json: string }>();
  for (const { name, write, target } of core.steps) {
    if (write !== 'entry' || target === null) continue;
    const json = definitionOf(target.node);
    definitions.set(name, { hash: asDefinitionHash(hash('sha256', json)), json });
  }
  return definitions;
}

function entryOf(step: Step, core: PlanCore, relations: Relations, definitions: Definitions): Entry {
  if (step.restored !== null) return step.restored;
  const { target } = step;
  if (target === null) throw new Error(`${step.name} has nothing to record`);
  const relation = relations.get(step.name);
  if (relation === undefined || relation === null) throw new Error(`${step.name} has no relation`);
  return {
    node: step.name,
    definition: definitions.get(step.name)?.hash ?? null,
    local: target.identity.local,
    code: target.identity.codeKey,
    key: target.identity.key,
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

function changedEntries(core: PlanCore, relations: Relations, definitions: Definitions): readonly Entry[] {
  return core.steps.flatMap((step): readonly Entry[] => {
    if (step.write === 'entry') return [entryOf(step, core, relations, definitions)];
    return step.write === 'removal' ? [removal(step.name, core)] : [];
  });
}

/** Whether a revision changes any definition, or only data. */
const changesCode = (core: PlanCore): boolean =>
  core.steps.some(({ write, before, target, restored }) => {
    const after = target?.identity.local ?? restored?.local ?? null;
    return write !== 'nothing' && (before?.entry.local ?? null) !== after;
  });

export interface Signature {
  readonly operation: OperationId;
  readonly at: Instant;
  readonly by: string;
  readonly message: string | null;
  /** Nodes whose build was kept because their inputs' data came out the same. */
  readonly kept: readonly NodeName[];
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
    releases: core.facts.releases,
    code: changesCode(core),
    gone: false,
    kept: signature.kept,
    grants: core.grants.now,
  };
  const definitions = definitionsOf(core);
  const meanings = new Map<Key, string>();
  for (const { write, target } of core.steps) {
    if (write !== 'entry' || target === null) continue;
    meanings.set(target.identity.codeKey, recordOfMeaning(target.identity.meaning()));
  }
  const deleting = core.operation === 'delete';
  return {
    revision,
    base: core.base,
    follows: core.head,
    entries: deleting ? [] : changedEntries(core, relations, definitions),
    dropped: deleting ? [] : core.steps.filter((step) => step.write === 'inherit').map((step) => step.name),
    definitions: new Map([...definitions.values()].map(({ hash, json }) => [hash, json])),
    meanings,
    viewsTaken: changes.moved.map((view) => owned(view.folded, core.environment, view.node)),
    viewsLeft: changes.dropped.map((view) => view.folded),
  };
}

const owned = (name: string, environment: EnvironmentName, node: NodeName): OwnedView => ({ name, environment, node });
