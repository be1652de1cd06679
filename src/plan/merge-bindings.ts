import { canonicalize } from 'json-canonicalize';
import type { EnvironmentName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Across } from '../model/references.ts';
import { reconciled } from './merge.ts';
import type { Route } from './route.ts';

/** What the names that nodes mention stand for, in every environment. */
export type Bindings = ReadonlyMap<string, Across>;

/** What recorded nodes say together: all of a project's nodes say the same of a name. */
export function bindingsIn(nodes: Iterable<Node>): Bindings {
  const found = new Map<string, Across>();
  for (const { bindings = {} } of nodes) {
    for (const [name, across] of Object.entries(bindings)) found.set(name, { ...found.get(name), ...across });
  }
  return found;
}

export interface MergedBindings {
  readonly bindings: Bindings;
  /** Names of which both sides say something new of the target. */
  readonly conflicts: readonly string[];
}

/** Three-way merge of what names stand for, environment by environment: what FROM changed goes along. */
export function mergeBindings(base: Bindings, from: Bindings, to: Bindings, target: EnvironmentName): MergedBindings {
  const bindings = new Map<string, Across>(to);
  const conflicts: string[] = [];
  for (const [name, theirs] of from) {
    const [ours, was] = [to.get(name), base.get(name)];
    if (ours === undefined || was === undefined) {
      bindings.set(name, { ...theirs, ...ours });
      continue;
    }
    const environments = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    const merged = [...environments].flatMap((environment) => {
      const moved = (side: Across): boolean => !same(side[environment], was[environment]);
      const both = moved(theirs) && moved(ours) && !same(theirs[environment], ours[environment]);
      if (both && environment === target) conflicts.push(name);
      const chosen = (moved(theirs) ? theirs : ours)[environment];
      return chosen === undefined ? [] : [[environment, chosen] as const];
    });
    bindings.set(name, Object.fromEntries(merged));
  }
  return { bindings, conflicts };
}

const same = (left: Across[string] | undefined, right: Across[string] | undefined): boolean =>
  left === right || (left !== undefined && right !== undefined && canonicalize(left) === canonicalize(right));

export const bindingConflict = (name: string, from: EnvironmentName, { target, kind }: Route): Problem =>
  problem('merge-conflict', `What \`${name}\` stands for in \`${target}\` was changed differently on both sides.`, {
    hint: reconciled(from, target, kind),
  });
