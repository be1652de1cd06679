import type { ExportMode } from '../model/export.ts';
import type { EnvironmentName, NodeName, OperationId } from '../model/ids.ts';
import type { Position } from '../model/problems.ts';
import type { Outflow } from '../model/outflow.ts';
import type { Container } from '../model/references.ts';
import type { SecretSource } from '../model/secret.ts';

/** Who writes a table. */
export interface Owner {
  /** Id of the state. */
  readonly state: string;
  readonly environment: EnvironmentName;
  readonly node: NodeName;
}

/** One writing of one table. */
export interface Delivery {
  readonly table: { readonly schema: string; readonly name: string };
  readonly mode: ExportMode;
  readonly key: readonly string[];
  readonly owner: Owner;
  readonly operation: OperationId;
  /** Fencing token of the environment: nobody with a lower one writes after this. */
  readonly token: number;
  /** Names the rows. What was appended under a name is never appended again. */
  readonly content: string;
  /** What the state says was written last; null where it knows of nothing. */
  readonly last: string | null;
  /** Takes the table over whoever wrote it, and believes the state about what is in it. */
  readonly adopt: boolean;
}

/** `already`: these rows were appended before, and nothing was written. */
export type Delivered = { readonly type: 'written'; readonly rows: number } | { readonly type: 'already' };

/** A database that takes rows, over one connection. */
export interface Target {
  /**
   * Writes the table and its marker in one transaction, made as the rows need it where it is not there. Readers find
   * the old rows or the new ones, and never none. Throws UserError: `export-stale` where a newer token was there,
   * `export-taken`, `export-unmarked`, `export-columns`, `export-key`, else `export-failed`. When `signal` aborts,
   * nothing is written and the signal's reason is thrown.
   */
  deliver(delivery: Delivery, outflow: Outflow, signal: AbortSignal): Promise<Delivered>;
  close(): Promise<void>;
}

/** What a connection takes beside its container. */
export interface Opening {
  /** Absolute path of the project: files of certificates are relative to it. */
  readonly root: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly passwordOf: (credential: string) => SecretSource;
  /** Where the export is written. */
  readonly at: Position;
}

/** One kind of database that takes rows. */
export interface TargetType {
  /** Connects. Throws UserError (`connection-failed`). */
  open(container: Container, opening: Opening): Promise<Target>;
  /** What tells one database from another, whoever logs in. */
  placeOf(container: Container): string;
}
