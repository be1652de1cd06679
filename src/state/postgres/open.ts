import type { StateConfig } from '../../model/project.ts';
import { connectionOf } from '../../postgres/connection.ts';
import type { Liveness, State } from '../contract.ts';
import { liveness } from '../holder.ts';
import { relationalState } from '../relational/state.ts';
import { PostgresDatabase } from './database.ts';

export interface PostgresStateOptions extends Extract<StateConfig, { type: 'postgres' }> {
  /** Whether the first write may create the schema. Reading never does: without it the state is empty. */
  readonly create: boolean;
  /** Milliseconds since 1970; the system's clock unless given. */
  readonly now?: () => number;
  readonly liveness?: Liveness;
  /** How long an operation lives without a heartbeat; 60 unless given. */
  readonly leaseSeconds?: number;
  /** How long to wait for others; 30 unless given: all that write stand in one queue, and there may be dozens. */
  readonly busySeconds?: number;
}

/** A state in one schema of a PostgreSQL database, shared by any number of machines. It is opened when it is first used. */
export async function openPostgresState(options: PostgresStateOptions): Promise<State> {
  const { connection, schema, create, busySeconds = 30 } = options;
  const place = { destination: connectionOf(connection), schema, create, busy: busySeconds * 1000 };
  return relationalState({
    database: new PostgresDatabase(place),
    now: options.now ?? Date.now,
    liveness: options.liveness ?? liveness,
    leaseSeconds: options.leaseSeconds ?? 60,
  });
}
