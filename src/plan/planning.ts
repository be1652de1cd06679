import type { EngineFact, FactTaker, ReleaseTaker, Remembered } from '../model/facts.ts';
import type { Grant } from '../model/grants.ts';
import type { EnvironmentName, Instant, NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import type { StateReader, StateWriter } from '../state/contract.ts';
import type { Bindings } from './merge-bindings.ts';
import type { Part } from './part.ts';
import type { ReadSql, ResolveSql } from './reader.ts';
import type { Routes } from './route.ts';

/** A state as promotions from other roots look at it. */
export type History = StateReader & Pick<StateWriter, 'openIntents'>;

/** The state in which an environment's history is kept: roots can have one each. */
export type StateOf = (environment: EnvironmentName) => Promise<History>;

/** What every planner works with. */
export interface Planning {
  /** Of the environment that is planned for, and of all of its root. */
  readonly state: StateReader;
  readonly stateOf: StateOf;
  readonly routes: Routes;
  readonly facts: FactTaker;
  readonly releases: ReleaseTaker;
  readonly engine: EngineFact;
  readonly timezone: string;
  /** Of the project. */
  readonly base: EnvironmentName;
  /** What a new environment is a branch of; null for a root. */
  readonly baseOf: (environment: EnvironmentName) => EnvironmentName | null;
  /** Who may read all views of an environment, as the files say it. */
  readonly grantsOf: (environment: EnvironmentName) => readonly Grant[];
  /** Recorded code under an environment's bindings; what is `known` goes first. Throws UserError where a name means nothing there. */
  readonly rebind: (
    nodes: ReadonlyMap<NodeName, Node>,
    environment: EnvironmentName,
    known: Bindings,
  ) => ReadonlyMap<NodeName, Node>;
  /** Refuses recorded code that would mix production and the rest in the environment that is planned for. */
  readonly guard: (nodes: Iterable<Node>) => void;
  readonly now: Instant;
  readonly fold: (identifier: string) => string;
  readonly read: ReadSql;
  readonly resolve: ResolveSql;
  /** What was found out about SQL before. */
  readonly remembered?: Remembered;
  /** Left out where the whole project is planned. */
  readonly part?: Part;
}

/** What a saved plan took from outside, taken again so that planning twice gives the same. */
export interface Pinned {
  readonly clock: Instant;
  readonly branchPoint: number | null;
}
