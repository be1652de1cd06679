import type { EngineFact, FactTaker, Remembered } from '../model/facts.ts';
import type { EnvironmentName, Instant } from '../model/ids.ts';
import type { StateReader } from '../state/contract.ts';
import type { ReadSql, ResolveSql } from './reader.ts';

/** What every planner works with. */
export interface Planning {
  readonly state: StateReader;
  readonly facts: FactTaker;
  readonly engine: EngineFact;
  readonly timezone: string;
  readonly base: EnvironmentName;
  readonly now: Instant;
  readonly fold: (identifier: string) => string;
  readonly read: ReadSql;
  readonly resolve: ResolveSql;
  /** What was found out about SQL before. */
  readonly remembered?: Remembered;
}

/** What a saved plan took from outside, taken again so that planning twice gives the same. */
export interface Pinned {
  readonly clock: Instant;
  readonly branchPoint: number | null;
}
