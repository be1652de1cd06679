import type { Wiring } from '../model/environments.ts';
import type { EnvironmentName } from '../model/ids.ts';

/**
 * The environments whose values an environment takes, from its root to itself. One that is not declared is a branch of
 * the project's base; a circle of bases ends where it closes.
 */
export function lineOf(
  environment: EnvironmentName,
  { environments }: Pick<Wiring, 'environments'>,
  base: EnvironmentName,
): readonly EnvironmentName[] {
  const line: EnvironmentName[] = [];
  for (let at: EnvironmentName | null = environment; at !== null && !line.includes(at);) {
    line.unshift(at);
    const declared = environments.get(at);
    at = declared === undefined ? (at === base ? null : base) : declared.base;
  }
  return line;
}
