import { ruleBehind } from '../model/branches.ts';
import { instantOf, type EnvironmentName, type Instant } from '../model/ids.ts';
import type { Config } from '../model/project.ts';
import type { StateReader } from '../state/contract.ts';
import { living } from './environments.ts';

/** An environment of one git branch, and when it lapses if nothing is done in it until then. */
export interface Lapse {
  readonly environment: EnvironmentName;
  readonly at: Instant;
}

/** Living environments that their branch's rule gives a time to live, counted from their last revision. */
export async function lapsesOf(
  state: StateReader,
  { branches, wiring }: Pick<Config, 'branches' | 'wiring'>,
): Promise<readonly Lapse[]> {
  if (!branches.some(({ ttl }) => ttl !== null)) return [];
  const lapses: Lapse[] = [];
  for (const { name, base, head } of living(await state.environments())) {
    const ttl = ruleBehind(name, branches)?.ttl ?? null;
    if (ttl === null || base === null || wiring.environments.has(name)) continue;
    const last = await state.revision({ environment: name, revision: head });
    if (last !== null) lapses.push({ environment: name, at: instantOf(new Date(Date.parse(last.at) + ttl)) });
  }
  return lapses;
}
