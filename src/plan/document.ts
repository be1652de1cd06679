import { hash } from 'node:crypto';
import { canonicalize } from 'json-canonicalize';
import type { BuildId, NodeName, Snapshot } from '../model/ids.ts';
import type { PlanDocument, PlanExport, PlanNode, PlanProfile, PlanSummary, PlanRename } from '../model/plan.ts';
import type { PlanCore, Step } from './core.ts';
import { grantsChange } from './granting.ts';
import { buildStem } from './names.ts';
import type { NamedView, Renamed } from './view-owners.ts';

const SCHEMA = 'bough';

function buildOf(step: Step): string | null {
  const kept = step.target?.build ?? step.restored?.build ?? null;
  if (kept !== null) return `${SCHEMA}.${kept}`;
  if (step.action !== 'build' || step.target === null) return null;
  return `${SCHEMA}.${buildStem(step.name, step.target.identity.key)}`;
}

export const rowOf = (step: Step): PlanNode => ({
  name: step.name,
  change: step.change,
  category: step.category,
  action: step.action,
  reasons: step.reasons,
  build: buildOf(step),
});

/** The row of a node to which nothing happens. */
export const keptRow = (name: NodeName, build: BuildId): PlanNode => ({
  name,
  change: 'unchanged',
  category: null,
  action: 'reuse',
  reasons: ['unchanged'],
  build: `${SCHEMA}.${build}`,
});

export function summaryOf(rows: readonly Pick<PlanNode, 'action'>[]): PlanSummary {
  const count = (action: Step['action']): number => rows.filter((row) => row.action === action).length;
  return { build: count('build'), reuse: count('reuse'), remove: count('remove') };
}

/** Whether a node may turn out to be kept: it is built for the sake of its inputs alone. */
export const mayKeep = (steps: readonly Step[]): boolean => {
  const built = new Set(steps.filter((step) => step.action === 'build').map((step) => step.name));
  return steps.some(
    ({ name, change, target }) =>
      built.has(name) &&
      target?.node.kind === 'model' &&
      target.node.cutoff === 'on' &&
      (change === 'unchanged' || change === 'indirect' || change === 'behind') &&
      target.graphNode.needs.some((need) => built.has(need)),
  );
};

/** A row in canonical JSON: its keys stand in order. */
const canonicalRow = ({ action, build, category, change, name, reasons }: PlanNode): string =>
  JSON.stringify({ action, build, category, change, name, reasons });

function hashOf({ nodes, ...others }: Omit<PlanDocument, 'hash'>): string {
  return hash('sha256', [canonicalize(others), ...nodes.map(canonicalRow)].join('\n'));
}

const shown = (view: NamedView | null): string | null =>
  view === null ? null : `${view.name.schema}.${view.name.name}`;

const renamedRow = ({ node, from, to }: Renamed): PlanRename => ({ node, from: shown(from), to: shown(to) });

const releasesOf = ({ facts }: PlanCore): Pick<PlanDocument['facts'], 'releases'> =>
  facts.releases.length === 0
    ? {}
    : { releases: facts.releases.map(({ selector, tag, commit }) => ({ selector, tag, commit })) };

/** The document of a plan with all its rows; what users see may leave kept rows out. */
export function documentOf(
  core: PlanCore,
  options: { readonly refresh: boolean; readonly takeBack: boolean; readonly profile?: PlanProfile },
  renamed: readonly Renamed[],
  exports: readonly PlanExport[],
  nodes: readonly PlanNode[] = core.steps.map(rowOf),
): PlanDocument {
  const point = core.operation === 'promote' ? core.from : core.branchPoint;
  const grants = grantsChange(core.grants);
  const sources: Record<string, Snapshot> = {};
  for (const [name, fact] of core.facts.sources) sources[name] = fact.snapshot;
  const body: Omit<PlanDocument, 'hash'> = {
    format: 'bough.plan/1',
    operation: core.operation,
    environment: core.environment,
    revision: core.creates ? 0 : core.head,
    base: point === null ? null : { environment: point.environment, revision: point.revision },
    ...(core.promotion === undefined ? {} : { promotion: core.promotion }),
    nodes,
    data: core.data,
    summary: summaryOf(nodes),
    warnings: core.warnings,
    ...(renamed.length === 0 ? {} : { views: renamed.map(renamedRow) }),
    ...(exports.length === 0 ? {} : { exports }),
    ...(grants === null ? {} : { grants }),
    notes: core.notes,
    facts: { ...options, clock: core.facts.clock, sources, ...releasesOf(core) },
  };
  return { ...body, hash: hashOf(body) };
}

/** Whether a document is as Bough wrote it. */
export function isIntact(document: PlanDocument): boolean {
  const { hash: written, ...body } = document;
  return written === hashOf(body);
}

/** A build's name without its attempt: what it means, whoever made it. */
const meaningOf = (build: string | null): string | null =>
  build?.replace(/^(.*__[0-9a-f]{12})_[0-9a-z]{6}$/, '$1') ?? null;

/** What two plans must share to be the same: what was compared, what shall be, and what was taken from outside. */
function essenceOf(document: PlanDocument): string {
  const { operation, environment, revision, base, nodes, views = [], grants = null, facts } = document;
  const taken = document.data.filter((row) => row.taken);
  const rows = nodes.map(({ name, change, category, build }) => ({ name, change, category, build: meaningOf(build) }));
  return canonicalize({ operation, environment, revision, base, rows, views, grants, facts, taken });
}

/** Whether a plan that was saved still says what one made now says: the same, and no build that it did not announce. */
export function stillHolds(saved: PlanDocument, now: PlanDocument): boolean {
  const announced = new Set(saved.nodes.filter((node) => node.action === 'build').map((node) => node.name));
  const builds = now.nodes.filter((node) => node.action === 'build');
  return essenceOf(saved) === essenceOf(now) && builds.every((node) => announced.has(node.name));
}

/** What a plan does to the code: equal for two plans between which only data moved. */
export const codeOf = (document: PlanDocument): string =>
  canonicalize(
    document.nodes
      .filter((node) => node.change !== 'unchanged')
      .map(({ name, change, category }) => ({ name, change, category })),
  );
