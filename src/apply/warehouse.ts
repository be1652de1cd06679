import type { Session } from '../engines/contract.ts';
import type { EnvironmentName, OperationId } from '../model/ids.ts';
import { problem, UserError } from '../model/problems.ts';
import type { State } from '../state/contract.ts';
import type { Applying } from './applying.ts';

const foreign = (message: string, hint: string): UserError =>
  new UserError(problem('warehouse-foreign', message, { hint }));

async function hasHistory(state: State): Promise<boolean> {
  return (await state.environments()).some((record) => record.head > 0);
}

/** Makes sure that state and warehouse know each other; ties a new pair. Throws UserError before anything is written. */
async function introduce(session: Session, applying: Applying): Promise<void> {
  const { state } = applying;
  const there = await session.identity();
  const known = (await state.identity()).warehouse;
  if (there !== null && there === known) return;
  if (there !== null) {
    throw foreign(
      'This warehouse belongs to another state of Bough.',
      known === null
        ? 'This state is new. Use the state that the warehouse was made with, or another warehouse.'
        : 'State and warehouse come from different projects, or one of them is a restored backup. Restore both from one time.',
    );
  }
  if (known !== null && (await hasHistory(state))) {
    throw new UserError(
      problem('warehouse-replaced', 'The warehouse is not the one that this state knows: Bough was never in it.', {
        hint: 'Restore the warehouse that belongs to the state, or start anew with another `state:`.',
      }),
    );
  }
  const id = await state.tieWarehouse(known ?? applying.unique(32));
  const stands = await session.initialise(id);
  if (stands !== id)
    throw foreign('Another state took this warehouse a moment ago.', 'Use one state for one warehouse.');
}

/**
 * The warehouse of one operation, opened when it is first needed and given back while the operation only waits: another
 * process may have it meanwhile.
 */
export class Warehouse {
  readonly #applying: Applying;
  #session: Promise<Session> | null = null;

  constructor(applying: Applying) {
    this.#applying = applying;
  }

  open(): Promise<Session> {
    this.#session ??= this.#enter();
    return this.#session;
  }

  async #enter(): Promise<Session> {
    const { engine, wait, signal, listener } = this.#applying;
    const onWait = (holder: string): void => listener({ type: 'waiting', what: 'the warehouse', holder });
    const session = await engine.open('write', { wait, signal, onWait });
    try {
      await introduce(session, this.#applying);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Gives the warehouse back; `open` takes it again. */
  async leave(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    if (session === null) return;
    const entered = await session.then(
      (open) => open,
      () => null,
    );
    await entered?.close();
  }
}

/**
 * Refuses a warehouse or state that was restored from another time than its partner. Others may be moving an environment
 * that is not leased: then an open intent explains the difference, or the state says so when it is asked again.
 */
export async function checkMarker(session: Session, environment: EnvironmentName, state: State): Promise<void> {
  for (let before: OperationId | null | undefined; ;) {
    const head = (await state.environment(environment))?.operation ?? null;
    const marker = (await session.marker(environment))?.operation ?? null;
    if (marker === head) return;
    const open = await state.openIntents(environment);
    if (open.some(({ operation }) => operation === marker)) return;
    if (head === before) throw disagreement(environment);
    before = head;
  }
}

const disagreement = (environment: EnvironmentName): UserError =>
  new UserError(
    problem(
      'recovery-impossible',
      `The warehouse and the state disagree about what was last done to \`${environment}\`.`,
      {
        hint: 'One of them is a restored backup, or was copied. Restore both from one time, then run the command again.',
      },
    ),
  );
