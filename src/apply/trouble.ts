import { EngineError } from '../engines/contract.ts';
import { asError, problem, UserError } from '../model/problems.ts';

/** What the engine refused outside of the user's own statements, which tell where they stand. */
export function toldToUser(raw: unknown): Error {
  if (!(raw instanceof EngineError)) return asError(raw);
  return new UserError(problem('engine-error', `The warehouse refused: ${raw.message}`), { cause: raw });
}

/**
 * Gives something back. What the world refuses here undoes nothing that was done and must not hide what was said; it is
 * free as soon as this process ends.
 */
export async function tolerantly(giveBack: () => Promise<void>): Promise<void> {
  try {
    await giveBack();
  } catch (raw) {
    if (!(raw instanceof EngineError || raw instanceof UserError)) throw raw;
  }
}
