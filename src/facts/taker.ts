import type { Engine, FileRead, Patience, Reader } from '../engines/contract.ts';
import { EngineError, versionToken } from '../engines/contract.ts';
import type { Column, FactTaker, SourceFact } from '../model/facts.ts';
import { asSnapshot, type Instant, type NodeName, type Snapshot } from '../model/ids.ts';
import type { ForeignOrigin, Leaf, Origin, SourceNode } from '../model/node.ts';
import type { Container } from '../model/references.ts';
import type { Databases } from '../sources/contract.ts';
import { placed, problem, refuse, UserError, type Problem } from '../model/problems.ts';
import type { CacheAccess } from './cache-file.ts';
import { openContentCache, type ContentCache } from './content-cache.ts';
import { contentNow, contentOf, type Content } from './content.ts';

type TableOrigin = Extract<Origin, { type: 'table' }>;

/** Path of the file or files that a source or seed is loaded from; null for a table. */
export function pathOf(leaf: Leaf): string | null {
  if (leaf.kind === 'seed') return leaf.path;
  return 'path' in leaf.origin ? leaf.origin.path : null;
}

const isPinnedFile = (leaf: Leaf): boolean =>
  leaf.kind === 'seed' || leaf.origin.type === 'call' || (leaf.origin.type === 'file' && leaf.origin.load === 'copy');

const unsupported = ({ name, at }: Leaf, container: Container | null): UserError =>
  new UserError(
    problem(
      'connection-unsupported',
      `\`${name}\` reads ${container?.type ?? 'a connection'}, which cannot be read yet.`,
      {
        at,
        hint: 'Read a file (`file:`), a table of the same warehouse (`table:` alone), or a connection to postgres.',
      },
    ),
  );

/** Not pinned to anything: each taking is a delivery of its own. */
const freshToken = (clock: Instant): Snapshot => asSnapshot(`live ${clock}`);

const fileRead = (leaf: Leaf, root: string): FileRead => {
  const common = { node: leaf.name, root, declared: leaf.columns };
  if (leaf.kind === 'seed') return { ...common, origin: { type: 'seed', seed: leaf } };
  if (!('path' in leaf.origin)) throw new Error(`${leaf.name} is not read from files`);
  return { ...common, origin: leaf.origin };
};

/** One taking: what it opened is closed when it is over. */
class Taking {
  readonly #root: string;
  readonly #engine: Engine;
  readonly #patience: Patience;
  readonly #clock: Instant;
  readonly #cache: ContentCache;
  readonly #databases: Databases;
  #reader: Promise<(Reader & { close(): Promise<void> }) | null> | null = null;

  constructor(options: TakerOptions & { readonly clock: Instant; readonly cache: ContentCache }) {
    this.#root = options.root;
    this.#engine = options.engine;
    this.#patience = options.patience;
    this.#clock = options.clock;
    this.#cache = options.cache;
    this.#databases = options.databases;
  }

  async take(leaf: Leaf, previous: SourceFact | undefined): Promise<SourceFact> {
    if (leaf.kind === 'source' && leaf.origin.type === 'table') return this.#table(leaf, leaf.origin);
    if (leaf.kind === 'source' && leaf.origin.type === 'connection') return this.#foreign(leaf, leaf.origin, previous);
    const content = await this.#content(leaf);
    if (!content.ok) throw new UserError(content.problem);
    const pinned = isPinnedFile(leaf);
    const snapshot = pinned ? content.snapshot : freshToken(this.#clock);
    if (pinned && previous?.snapshot === snapshot) return previous;
    const columns = await this.#describe(leaf);
    return { snapshot, columns, live: !pinned, avoid: null };
  }

  #content(leaf: Leaf): Promise<Content> {
    const path = pathOf(leaf);
    if (path === null) throw new Error(`${leaf.name} has no file`);
    return contentOf(this.#root, path, { at: leaf.at, cache: this.#cache, signal: this.#patience.signal });
  }

  async #describe(leaf: Leaf): Promise<readonly Column[]> {
    try {
      return await this.#engine.describeFiles(fileRead(leaf, this.#root));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const message = `\`${leaf.name}\` cannot be read: ${error.message}`;
      throw new UserError(problem('file-unreadable', message, { at: leaf.at }), { cause: error });
    }
  }

  async #table(leaf: Leaf, origin: TableOrigin): Promise<SourceFact> {
    this.#reader ??= this.#engine.open('read', this.#patience);
    const reader = await this.#reader;
    const hint = 'Another tool must have made it in the warehouse before.';
    if (reader === null) {
      throw new UserError(
        problem('source-missing', `There is no warehouse yet to hold \`${origin.table}\`.`, { at: leaf.at, hint }),
      );
    }
    try {
      const quoted = origin.table
        .split('.')
        .map((part) => this.#engine.quoteIdentifier(part))
        .join('.');
      const columns = await reader.describe(`SELECT * FROM ${quoted}`);
      const token = origin.version === null ? null : await this.#version(reader, origin.version);
      const snapshot = token ?? freshToken(this.#clock);
      return { snapshot, columns, live: token === null && !origin.pin, avoid: null };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const message = `\`${leaf.name}\` cannot be read: ${error.message}`;
      throw new UserError(problem('source-missing', message, { at: leaf.at, hint }), { cause: error });
    }
  }

  async #foreign(
    source: SourceNode,
    { container }: ForeignOrigin,
    previous: SourceFact | undefined,
  ): Promise<SourceFact> {
    if (!this.#engine.imports.some((type) => type === container?.type)) throw unsupported(source, container);
    const rows = await this.#databases.look(source, this.#patience.signal);
    const snapshot = rows.token === null ? freshToken(this.#clock) : asSnapshot(rows.token);
    if (previous?.snapshot === snapshot) return previous;
    const columns = await this.#engine.describeImport({ node: source.name, rows, declared: source.columns });
    return { snapshot, columns, live: false, avoid: null };
  }

  async #version(reader: Reader, query: string): Promise<Snapshot> {
    return asSnapshot(versionToken(await reader.query(query)));
  }

  async close(): Promise<void> {
    const reader = await this.#reader?.catch(() => null);
    await reader?.close();
  }
}

export interface TakerOptions {
  readonly root: string;
  /** Whether the hashes of files may be remembered; unless said otherwise they are. */
  readonly access?: CacheAccess;
  readonly engine: Engine;
  readonly databases: Databases;
  readonly patience: Patience;
}

/** Takes facts from the project's files and from tables of its warehouse. */
export function factTaker(options: TakerOptions): FactTaker {
  const { root, access } = options;
  return {
    async take(leaves, { clock, previous }) {
      const facts = new Map<NodeName, SourceFact>();
      if (leaves.length === 0) return facts;
      const cache = await openContentCache(root, access);
      const taking = new Taking({ ...options, clock, cache });
      const problems: Problem[] = [];
      try {
        for (const leaf of leaves) {
          try {
            facts.set(leaf.name, await taking.take(leaf, previous.get(leaf.name)));
          } catch (error) {
            if (!(error instanceof UserError) || error.exit !== 1) throw error;
            problems.push(...placed(error.problems, leaf.at));
          }
        }
      } finally {
        await taking.close();
        cache.close();
      }
      // One database that cannot be reached is one problem, however many sources it has.
      refuse([...new Set(problems)]);
      return facts;
    },
    async glance(leaves) {
      const seen = new Map<NodeName, Snapshot>();
      const files = leaves.filter(isPinnedFile);
      if (files.length === 0) return seen;
      const cache = await openContentCache(root, access);
      try {
        for (const leaf of files) {
          const path = pathOf(leaf);
          const content = path === null ? null : await contentOf(root, path, { cache });
          if (content?.ok === true) seen.set(leaf.name, content.snapshot);
        }
      } finally {
        cache.close();
      }
      return seen;
    },
  };
}

/** Content of a leaf's files at this very moment, past any cache; null where they cannot be read or it has none. */
export async function snapshotNow(root: string, leaf: Leaf): Promise<Snapshot | null> {
  const path = pathOf(leaf);
  if (path === null) return null;
  const content = await contentNow(root, path);
  return content.ok ? content.snapshot : null;
}
