import type { Workspace } from '../workspace/contract.ts';
import type { EnvironmentName } from '../model/ids.ts';
import { printable } from '../model/printable.ts';
import type { Call } from './context.ts';
import { environmentMissing } from './values.ts';

/** The environment that was named, else the one of the git branch; which one that is, and why, is told. */
export async function environmentMeant(
  environment: EnvironmentName | undefined,
  command: string,
  call: Call,
  workspace: Workspace,
): Promise<EnvironmentName> {
  if (environment !== undefined) return environment;
  const found = await workspace.destination();
  if (found === null) throw environmentMissing(command);
  const { branch, variable } = found;
  if (call.options.json !== true) {
    const source = variable === null ? '' : ` (${variable})`;
    call.context.stderr.write(`The branch ${printable(branch)}${source} is of ${found.environment}.\n`);
  }
  return found.environment;
}
