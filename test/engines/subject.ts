import type { BuildRequest, Engine, Patience, Publication, Reader, Session } from '../../src/engines/contract.ts';
import type { FileFormat } from '../../src/model/node.ts';
import { asBuildId, asEnvironmentName, asOperationId } from '../../src/model/ids.ts';
import { UserError } from '../../src/model/problems.ts';

/** One fresh, empty warehouse of an engine that is to be proved. */
export interface Subject {
  readonly engine: Engine;
  /** An empty folder for the files of sources. */
  readonly root: string;
  /** Statements of another program: its own connection, autocommit. */
  readonly foreign: (statement: string) => Promise<void>;
  /** What this engine can do, and how it spells its types. */
  readonly abilities: Abilities;
  readonly cleanup: () => Promise<void>;
}

export interface Abilities {
  /** File formats that `load` reads; the reason for what is missing stands where the engine says so. */
  readonly formats: readonly FileFormat[];
  /** `load-view`: whether a view can read files in place. */
  readonly readsInPlace: boolean;
  readonly types: {
    readonly integer: string;
    readonly bigint: string;
    readonly text: string;
    readonly decimal: string;
  };
  /** A query that runs for minutes. */
  readonly endless: string;
}

export const patience = (more: Partial<Patience> = {}): Patience => ({
  wait: 30_000,
  signal: new AbortController().signal,
  onWait: () => undefined,
  ...more,
});

export const never = new AbortController().signal;
export const id = (name: string): ReturnType<typeof asBuildId> => asBuildId(name);

export const table = (name: string, query: string): BuildRequest => ({
  type: 'table',
  id: id(name),
  query,
  storage: {},
});
export const view = (name: string, query: string): BuildRequest => ({ type: 'view', id: id(name), query, storage: {} });

/** A session on a warehouse that Bough has been introduced to. */
export async function opened({ engine }: Subject): Promise<Session> {
  const session = await engine.open('write', patience());
  await session.initialise('warehouse-1');
  return session;
}

export async function reading({ engine }: Subject): Promise<Reader & { close(): Promise<void> }> {
  const reader = await engine.open('read', patience());
  if (reader === null) throw new Error('there is no warehouse yet');
  return reader;
}

/** Publication of `schema.name` views over builds. */
export function publication(
  engine: Engine,
  token: number,
  views: Readonly<Record<string, string>>,
  more: Partial<Publication> & { readonly drop?: readonly string[] } = {},
): Publication {
  const { drop = [], ...rest } = more;
  return {
    environment: asEnvironmentName('prod'),
    token,
    operation: asOperationId(`operation-${token}`),
    drops: drop.map(relation),
    views: Object.entries(views).map(([name, build]) => ({
      name: relation(name),
      target: engine.relation(id(build)),
      columns: [],
      comment: null,
      grants: [],
      like: null,
    })),
    ...rest,
  };
}

export function relation(dotted: string): { readonly schema: string; readonly name: string } {
  const [schema = '', name = ''] = dotted.split('.');
  return { schema, name };
}

/** Codes of the problems that a promise fails with. */
export async function codesOf(promise: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (raw: unknown) => raw,
  );
  if (error instanceof UserError) return error.problems.map(({ code }) => code);
  throw error;
}

export async function failure(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => null,
    (raw: unknown) => raw,
  );
  if (error instanceof Error) return error;
  throw new Error(`it did not fail with an error: ${String(error)}`);
}
