import type { StateConfig } from '../model/project.ts';
import type { Liveness, State } from './contract.ts';

export interface StateOptions {
  /** Whether the first write may create the state. Reading never does: where there is none it is empty. */
  readonly create: boolean;
  /** Milliseconds since 1970; the system's clock unless given. */
  readonly now?: () => number;
  readonly liveness?: Liveness;
  /** How long an operation lives without a heartbeat; 60 unless given. Heartbeats should come six times as often. */
  readonly leaseSeconds?: number;
}

/** The state that a project's configuration names. What it is kept in is loaded only then. */
export async function openState(config: StateConfig, options: StateOptions): Promise<State> {
  switch (config.type) {
    case 'sqlite': {
      const { openSqliteState } = await import('./sqlite/open.ts');
      return openSqliteState({ ...options, path: config.path });
    }
    case 'postgres': {
      const { openPostgresState } = await import('./postgres/open.ts');
      return openPostgresState({ ...options, ...config });
    }
  }
}
