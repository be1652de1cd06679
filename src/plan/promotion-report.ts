import type { EnvironmentName, NodeName } from '../model/ids.ts';
import { problem, refuse } from '../model/problems.ts';
import type { Step } from './core.ts';
import type { Merge } from './merge.ts';
import type { Route } from './route.ts';
import type { Version } from './version.ts';

/** Why a table must be built in the target although it was tested in another environment. */
type Rebuilt = 'same code' | 'own values' | 'other code';

type Reasons = ReadonlyMap<NodeName, Rebuilt>;

/** Of each step that is built in the target, what makes it another build than the one that was tested. */
export function rebuiltOf(steps: readonly Step[], from: Version): Reasons {
  const otherwise = new Set<NodeName>();
  const rebuilt = new Map<NodeName, Rebuilt>();
  for (const { name, action, target } of steps) {
    if (target === null) continue;
    const tested = from.nodes.get(name)?.entry;
    const reads = target.graphNode.needs.some((need) => otherwise.has(need));
    if (reads || tested?.local !== target.identity.local) otherwise.add(name);
    if (action !== 'build') continue;
    const same = tested?.code === target.identity.codeKey;
    rebuilt.set(name, same ? 'same code' : otherwise.has(name) ? 'other code' : 'own values');
  }
  return rebuilt;
}

/** Says of each step why it is built in the target, and what it replaces there. */
export function explained(
  steps: readonly Step[],
  rebuilt: Reasons,
  { target, kind }: Route,
  merge: Merge,
): readonly Step[] {
  const why: Readonly<Record<Rebuilt, string>> = {
    'same code': kind === 'base' ? `same code, caught up to ${target}'s data` : `same code, over ${target}'s data`,
    'own values': `same code, under what its references stand for in ${target}`,
    'other code': `reads other code in ${target} than where it was tested`,
  };
  return steps.map((step) => {
    const by = rebuilt.get(step.name);
    const more = [
      ...(merge.replaced.has(step.name) ? [`replaces ${target}'s own definition`] : []),
      ...(by === undefined ? [] : [why[by]]),
    ];
    return more.length === 0 ? step : { ...step, reasons: [...step.reasons, ...more] };
  });
}

const tables = (many: number): string => `${many} ${many === 1 ? 'table' : 'tables'}`;

/** Sentences about a promotion as a whole. */
export function promotionNotes(
  from: EnvironmentName,
  rebuilt: Reasons,
  { target, kind, back }: Route,
  merge: Merge,
): readonly string[] {
  const count = (by: Rebuilt): number => [...rebuilt.values()].filter((one) => one === by).length;
  const note = (many: number, text: (many: string) => string): readonly string[] =>
    many === 0 ? [] : [text(tables(many))];
  const { size } = merge.replaced;
  const never = `${from} and ${target} never promoted to each other`;
  return [
    ...(kind === 'root' ? [`to another root: carries code; builds ${rebuilt.size} there`] : []),
    ...(back ? ['back along the promotion path'] : []),
    ...(size === 0 ? [] : [`${never}: ${size} of ${target}'s definitions ${size === 1 ? 'is' : 'are'} replaced`]),
    ...(kind === 'root' ? [] : note(count('same code'), (many) => `same code, ${many} caught up to ${target}'s data`)),
    ...note(count('own values'), (many) => `same code, ${many} under what references stand for in ${target}`),
    ...note(count('other code'), (many) => `${many} read other code in ${target} than where they were tested`),
  ];
}

const HOW_EXACT: Readonly<Record<Route['kind'], string>> = {
  base: 'Bring the branch up to date and test it there, or promote without --exact.',
  root: 'A root builds what its code needs in a warehouse of its own: promote without --exact.',
};

/** Refuses a promotion that would publish anything but what was tested. */
export function refuseInexact(steps: readonly Step[], { target, kind }: Route): void {
  refuse(
    steps
      .filter((step) => step.action === 'build')
      .map((step) =>
        problem('not-exact', `\`${step.name}\` would be built in \`${target}\`: ${step.reasons.join('; ')}.`, {
          hint: HOW_EXACT[kind],
        }),
      ),
  );
}

/** Environments whose history could not be asked, and which may have carried code between the two. */
export const unreadNotes = (unread: readonly EnvironmentName[]): readonly string[] =>
  unread.map((name) => `the history of ${name} could not be read: what both sides have from there counts as changed`);
