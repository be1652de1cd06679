import type { EnvironmentName, NodeName } from '../model/ids.ts';
import { problem, UserError } from '../model/problems.ts';
import type { Entry, Revision } from '../state/contract.ts';
import type { PlanCore, Step, Write } from './core.ts';
import { existingHead, living, placeOf } from './environments.ts';
import { keptGranting } from './granting.ts';
import { dayOf } from './identify.ts';
import type { Planning } from './planning.ts';
import { leaving, releasesIn } from './releases.ts';
import { factsOf, versionAt, type Version } from './version.ts';

const nothing = (environment: EnvironmentName): UserError =>
  new UserError(
    problem('nothing-to-roll-back', `\`${environment}\` has no revision before the one that is live.`, {
      hint: `See what there is:\n  bough env history ${environment}`,
    }),
  );

function chosen(revisions: readonly Revision[], head: Version, to: number | null): Revision {
  const { environment, revision } = head.ref;
  const born = revisions.filter((one) => one.operation === 'delete').at(-1)?.revision ?? 0;
  const wanted = to ?? placeOf(revisions, revision) - 1;
  const found = revisions.find((one) => one.revision === wanted);
  if (to === null && (found === undefined || wanted <= born)) throw nothing(environment);
  if (found === undefined || wanted > revision || found.operation === 'delete' || wanted <= born) {
    const message = `\`${environment}\` has no revision ${wanted} to roll back to.`;
    const hint = `Revisions ${born + 1} to ${revision} can be named; see: bough env history ${environment}`;
    throw new UserError(problem('revision-unknown', message, { hint }));
  }
  if (!found.gone) return found;
  const place = revisions.find((one) => one.revision === placeOf(revisions, wanted));
  if (place !== undefined && !place.gone) return place;
  throw new UserError(
    problem('revision-gone', `The builds of revision ${wanted} of \`${environment}\` were collected.`, {
      hint: `Choose a revision that is still there: bough env history ${environment}`,
    }),
  );
}

const sameEntry = (left: Entry, right: Entry): boolean =>
  left.definition === right.definition &&
  left.code === right.code &&
  left.key === right.key &&
  left.build === right.build &&
  left.fact?.snapshot === right.fact?.snapshot;

/** The target's entry, with what it leaves kept from coming back at the next run. */
function restoredEntry(entry: Entry, before: Entry | undefined, next: number): Entry {
  const moved = before?.local !== entry.local;
  const origin: Entry['origin'] = moved ? { operation: 'rollback', revision: next } : entry.origin;
  const left = before?.fact?.snapshot;
  const avoid = left !== undefined && left !== entry.fact?.snapshot ? left : (entry.fact?.avoid ?? null);
  return { ...entry, origin, fact: entry.fact === null ? null : { ...entry.fact, avoid } };
}

interface Sides {
  readonly head: Version;
  readonly target: Version;
  readonly next: number;
}

function writeOf(name: NodeName, { head, target }: Sides): Write {
  const wanted = target.nodes.get(name);
  if (wanted?.own === true) {
    const mine = head.nodes.get(name);
    return mine?.own === true && sameEntry(mine.entry, wanted.entry) ? 'nothing' : 'entry';
  }
  if (target.removed.has(name)) return head.removed.has(name) ? 'nothing' : 'removal';
  const mine = head.nodes.get(name)?.own === true || head.removed.has(name);
  if (!mine) return 'nothing';
  return target.revision.base === null ? (head.removed.has(name) ? 'nothing' : 'removal') : 'inherit';
}

function stepFor(name: NodeName, sides: Sides): Step {
  const before = sides.head.nodes.get(name) ?? null;
  const after = sides.target.nodes.get(name) ?? null;
  const write = writeOf(name, sides);
  const common = { name, category: null, comparison: null, before, target: null, write } as const;
  if (after === null) return { ...common, change: 'removed', action: 'remove', reasons: [], restored: null };
  const restored = restoredEntry(after.entry, before?.entry, sides.next);
  const code = before === null ? 'added' : before.entry.local !== after.entry.local ? 'modified' : null;
  const change = code ?? (before?.entry.code === after.entry.code ? 'unchanged' : 'indirect');
  const same = before !== null && sameEntry(before.entry, after.entry);
  const reasons = same ? ['unchanged'] : [`as in revision ${sides.target.ref.revision}`];
  return { ...common, change, action: 'reuse', reasons, restored };
}

/** Plans to point an environment at an earlier revision: code, facts and branch point; builds nothing. Throws UserError. */
export async function planRollback(
  environment: EnvironmentName,
  to: number | null,
  planning: Planning,
): Promise<PlanCore> {
  const { record, head } = await existingHead(planning.state, environment);
  const revisions = await planning.state.revisions(environment);
  const place = chosen(revisions, head, to);
  const target = await versionAt(planning.state, { environment, revision: place.revision });
  if (target === null) throw new Error(`revision ${place.revision} of ${environment} has no entries`);
  const sides: Sides = { head, target, next: record.head + 1 };
  const names = new Set([
    ...target.nodes.keys(),
    ...head.nodes.keys(),
    ...target.removed.keys(),
    ...head.removed.keys(),
  ]);
  const steps = [...names]
    .sort()
    .map((name) => stepFor(name, sides))
    .filter((step) => step.before !== null || step.restored !== null || step.write !== 'nothing');
  const { timezone } = planning;
  const leftDay = dayOf(head.revision.clock, timezone);
  const recorded = factsOf(target, timezone);
  const facts = { ...recorded, releases: leaving(recorded.releases, releasesIn(head)) };
  const pointMoves = (head.revision.base?.revision ?? 0) !== (target.revision.base?.revision ?? 0);
  return {
    operation: 'rollback',
    environment,
    base: record.base,
    head: record.head,
    branchPoint: target.revision.base,
    from: null,
    standsAt: placeOf(revisions, place.revision),
    clockAvoid: leftDay === dayOf(facts.clock, timezone) ? head.revision.clockAvoid : leftDay,
    facts,
    grants: keptGranting(head),
    steps,
    data: [],
    warnings: [],
    diffs: [],
    notes: [`${environment} goes back to revision ${placeOf(revisions, place.revision)}`],
    creates: false,
    moves: steps.some((step) => step.write !== 'nothing') || pointMoves,
  };
}

/** Plans to delete an environment: its views go, its builds are left to garbage collection. Throws UserError. */
export async function planDelete(environment: EnvironmentName, planning: Planning): Promise<PlanCore> {
  const { record, head } = await existingHead(planning.state, environment);
  const branches = living(await planning.state.environments()).filter((one) => one.base === environment);
  if (branches.length > 0) {
    const names = branches.map((one) => one.name).join(', ');
    const hint = `Delete its branches first: ${names}.`;
    throw new UserError(problem('environment-has-branches', `\`${environment}\` is the base of ${names}.`, { hint }));
  }
  const steps = [...head.nodes].flatMap(([name, before]): readonly Step[] =>
    before.own
      ? [
          {
            name,
            change: 'removed',
            category: null,
            comparison: null,
            action: 'remove',
            reasons: [],
            before,
            target: null,
            write: 'inherit',
            restored: null,
          },
        ]
      : [],
  );
  return {
    operation: 'delete',
    environment,
    base: record.base,
    head: record.head,
    branchPoint: head.revision.base,
    from: null,
    standsAt: null,
    clockAvoid: null,
    facts: factsOf(head, planning.timezone),
    grants: keptGranting(head),
    steps,
    data: [],
    warnings: [],
    diffs: [],
    notes: [`${environment} is deleted: its views go; builds that nothing else reaches are left to gc`],
    creates: false,
    moves: true,
  };
}
