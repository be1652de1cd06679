import type { Engine } from '../engines/contract.ts';
import type { Listener } from '../model/events.ts';
import type { Instant, Snapshot } from '../model/ids.ts';
import type { Leaf } from '../model/node.ts';
import type { Position } from '../model/problems.ts';
import type { Container } from '../model/references.ts';
import type { StateOf } from '../plan/planning.ts';
import type { ViewNaming } from '../plan/view-owners.ts';
import type { Databases } from '../sources/contract.ts';
import type { Holder, State } from '../state/contract.ts';
import type { Target } from '../targets/contract.ts';

/** The world as operations see it: every call to it goes through a contract. */
export interface Applying {
  readonly state: State;
  /** Where the history of an environment is kept: promotions between roots look into another state. */
  readonly stateOf: StateOf;
  readonly engine: Engine;
  /** Other databases that sources are read from. */
  readonly databases: Databases;
  /** Connects to a database that takes rows, with the credentials of the environment. Throws UserError. */
  readonly openTarget: (container: Container, at: Position) => Promise<Target>;
  readonly naming: ViewNaming;
  readonly holder: Holder;
  /** Absolute path of the project; relative paths of sources start there. */
  readonly root: string;
  readonly signal: AbortSignal;
  readonly listener: Listener;
  /** Whether nodes are kept where their inputs' data comes out the same. */
  readonly cutoff: boolean;
  /** What it is when a node gives other data from the same input. */
  readonly determinism: 'warn' | 'error';
  /** Milliseconds to wait for the warehouse. */
  readonly wait: number;
  readonly now: () => Instant;
  /** Letters and digits that nobody had before. */
  readonly unique: (length: number) => string;
  /** Content of a file source as it is this very moment, past any cache; null where it cannot be read. */
  readonly contentNow: (leaf: Leaf) => Promise<Snapshot | null>;
}
