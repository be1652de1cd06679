import type { Planned, Workspace } from '../workspace/contract.ts';
import type { EnvironmentName } from '../model/ids.ts';
import { nearestName } from '../model/nearest.ts';
import type { Call } from './context.ts';
import type { PlanView } from './output/plan-text.ts';
import { shellCommand } from './output/words.ts';
import { sourceReader } from './source-text.ts';
import type { SourceText } from './output/problem-text.ts';

/** The command with these arguments, for the project that this call is about. */
export const commandLine = ({ options }: Call, ...argumentsOf: readonly string[]): string =>
  shellCommand(...(options.directory === undefined ? [] : ['-C', options.directory]), ...argumentsOf);

/** The files of the project that this call is about. */
export const sourceOf = ({ context, options }: Call): SourceText => sourceReader(context.cwd, options.directory ?? '.');

/** Whether an environment exists, and if not, which known name may have been meant. */
export interface Standing {
  readonly isNew: boolean;
  readonly near: EnvironmentName | null;
}

export async function standingOf(workspace: Workspace, environment: EnvironmentName): Promise<Standing> {
  const live = (await workspace.environments()).filter((one) => one.deletedAt === null).map((one) => one.name);
  if (live.includes(environment)) return { isNew: false, near: null };
  const near = nearestName(environment, live);
  return { isNew: true, near: live.find((name) => name === near) ?? null };
}

type Choice = Pick<PlanView, 'isNew' | 'near' | 'all' | 'showDiffs'>;

export function planView(call: Call, { document, diffs, warnings, kept, atMost }: Planned, choice: Choice): PlanView {
  // A branch that does not exist yet has its base's data; an existing one takes new data by itself.
  const taker = choice.isNew && document.base !== null ? document.base.environment : document.environment;
  return { document, diffs, warnings, kept, atMost, ...choice, takeData: commandLine(call, 'run', taker) };
}
