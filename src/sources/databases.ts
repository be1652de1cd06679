import type { SourceNode } from '../model/node.ts';
import { placed, refuse, UserError, type Position } from '../model/problems.ts';
import type { Container } from '../model/references.ts';
import type { SecretSource } from '../model/secret.ts';
import { connectionOf } from '../postgres/connection.ts';
import type { Databases, ForeignRows } from './contract.ts';
import { optionsOf } from '../postgres/connection-options.ts';
import { refused, type Named } from '../postgres/refused.ts';
import { look, type ForeignSource } from './postgres/rows.ts';
import { Snapshot } from './postgres/snapshot.ts';

export interface DatabasesOptions {
  /** Absolute path of the project. */
  readonly root: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The password that a connection names. */
  readonly passwordOf: (credential: string) => SecretSource;
  /** Where it is said what the connection of a source is; null where that is not known. */
  readonly boundAt: (source: SourceNode) => Position | null;
}

/** A database that was opened, and what was seen in its snapshot. */
interface Opened {
  readonly named: Named;
  readonly snapshot: Snapshot;
  readonly seen: Map<string, Promise<ForeignRows>>;
}

class OpenDatabases implements Databases {
  readonly #options: DatabasesOptions;
  readonly #opened = new Map<string, Promise<Opened>>();

  constructor(options: DatabasesOptions) {
    this.#options = options;
  }

  async look(source: SourceNode, signal: AbortSignal): Promise<ForeignRows> {
    if (!isForeign(source) || source.origin.container === null)
      throw new Error(`${source.name} is bound to no database`);
    const { snapshot, named, seen } = await this.#open(source, source.origin.container);
    const { table, query, version } = source.origin;
    const asked = JSON.stringify([table, query?.text ?? null, version]);
    const found = seen.get(asked) ?? look(source, snapshot, named, signal);
    seen.set(asked, found);
    return found;
  }

  /** A database that could not be opened is not tried again before everything is let go of. */
  #open(source: SourceNode, container: Container): Promise<Opened> {
    const key = JSON.stringify(container);
    const known = this.#opened.get(key);
    const connect = (): Promise<Opened> => this.#connect(source, container);
    const opening = known === undefined ? connect() : known.then((one) => (one.snapshot.lost ? connect() : one));
    this.#opened.set(key, opening);
    return opening;
  }

  async #connect(source: SourceNode, container: Container): Promise<Opened> {
    const { root, variables, passwordOf, boundAt } = this.#options;
    const { credential } = container;
    const at = boundAt(source);
    const password = credential === null ? undefined : passwordOf(credential);
    const destination = connectionOf(optionsOf(container, { root, at, password }), variables);
    const named = { place: destination.place, credential, at };
    try {
      return { named, snapshot: await Snapshot.open(destination), seen: new Map() };
    } catch (raw) {
      if (raw instanceof UserError && at !== null) refuse(placed(raw.problems, at));
      throw raw instanceof UserError ? raw : refused(raw, named);
    }
  }

  async release(): Promise<void> {
    const all = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.all(all.map((one) => one.then(({ snapshot }) => snapshot.close()).catch(() => undefined)));
  }
}

const isForeign = (source: SourceNode): source is ForeignSource => source.origin.type === 'connection';

/** Other databases, opened when they are first looked at. */
export const openDatabases = (options: DatabasesOptions): Databases => new OpenDatabases(options);
