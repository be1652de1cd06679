import type { Liveness, State } from '../contract.ts';
import { liveness } from '../holder.ts';
import { relationalState } from '../relational/state.ts';
import { SqliteDatabase } from './database.ts';

export interface SqliteOptions {
  /** Absolute path of the file; its folder is there already where `create` is set. */
  readonly path: string;
  /** Whether the first write may create the file. Reading never does: without a file the state is empty. */
  readonly create: boolean;
  /** Milliseconds since 1970; the system's clock unless given. */
  readonly now?: () => number;
  readonly liveness?: Liveness;
  /** How long an operation lives without a heartbeat; 60 unless given. */
  readonly leaseSeconds?: number;
  /** How long to wait for a locked file; 10 unless given. */
  readonly busySeconds?: number;
}

/** A state in one SQLite file, shared by any number of processes of one machine. It is opened when it is first used. */
export async function openSqliteState(options: SqliteOptions): Promise<State> {
  const { path, create, busySeconds = 10 } = options;
  return relationalState({
    database: new SqliteDatabase({ path, create, busy: busySeconds * 1000 }),
    now: options.now ?? Date.now,
    liveness: options.liveness ?? liveness,
    leaseSeconds: options.leaseSeconds ?? 60,
  });
}
