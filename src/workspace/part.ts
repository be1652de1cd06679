import type { EnvironmentName, NodeName } from '../model/ids.ts';
import type { Problem } from '../model/problems.ts';
import { movesGrants } from '../plan/granting.ts';
import { planPart, type PlannedPart } from '../plan/plan-part.ts';
import type { Planning } from '../plan/planning.ts';
import { keepsView, standingViews } from '../plan/view-owners.ts';
import type { Spared } from '../project/index.ts';
import type { World } from './world.ts';

/** A plan of what moved since the last one; null where the whole has to be planned. */
export async function partOf(
  environment: EnvironmentName,
  { untouched }: Spared,
  planning: Planning,
  world: World,
): Promise<(PlannedPart & { readonly warnings: readonly Problem[] }) | null> {
  if (untouched === undefined) return null;
  let warnings: readonly Problem[] = [];
  const listed = new Set(untouched.models([]));
  const files = {
    addressOf: (file: string) => (listed.has(file) ? untouched.addressOf(file) : null),
    read: (outside: ReadonlySet<string>) => {
      const found = world.files(environment, planning, { untouched, outside });
      warnings = found.warnings;
      return found.bound.nodes;
    },
  };
  const planned = await planPart(environment, files, planning);
  if (planned === null || movesGrants(planned.core.grants) || !(await keepsViews(planned, world))) return null;
  return { ...planned, warnings };
}

/** Whether no view of a node outside would get another name. A branch has none of them. */
async function keepsViews({ core, outside }: PlannedPart, { state, naming }: World): Promise<boolean> {
  if (core.creates || core.base !== null) return true;
  const standing = standingViews(await state.viewsOf(core.environment));
  return [...outside.keys()].every((name: NodeName) => keepsView(name, core, standing, naming));
}
