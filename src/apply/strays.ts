import type { BuildId } from '../model/ids.ts';
import { UserError } from '../model/problems.ts';
import { namesBuild } from '../plan/names.ts';
import type { Applying } from './applying.ts';

/**
 * Builds that stand in the warehouse and that the state does not know: a process made them that was thought dead by then, and
 * was killed before it could say so. Every build is recorded before it is made. So what stood there, and is unknown to the
 * state that is asked afterwards, was forgotten already, whoever is at work; and nobody gets a name twice.
 */
export async function strays({ engine, state, signal }: Applying): Promise<readonly BuildId[]> {
  const reader = await engine.open('read', { wait: 0, signal, onWait: () => undefined }).catch(unlessBusy);
  if (reader === null) return [];
  try {
    // What another state made is not ours to judge.
    if ((await reader.identity()) !== (await state.identity()).warehouse) return [];
    const standing = (await reader.standing()).filter(namesBuild);
    if (standing.length === 0) return [];
    const { ready, dead, pinned } = await state.garbageView();
    const known = new Set([...[...ready, ...dead].map(({ id }) => id), ...pinned]);
    return standing.filter((id) => !known.has(id));
  } finally {
    await reader.close();
  }
}

/** A warehouse that somebody has is looked through by the next collection: that is worth no waiting. */
function unlessBusy(error: unknown): null {
  if (error instanceof UserError && error.problems.every(({ code }) => code === 'engine-busy')) return null;
  throw error;
}
