import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { Planned, Workspace } from '../../src/workspace/contract.ts';
import type { Engine, Patience, Session } from '../../src/engines/contract.ts';
import { environmentName } from '../../src/model/environment-name.ts';
import type { BuildId, DefinitionHash } from '../../src/model/ids.ts';
import type { Node } from '../../src/model/node.ts';
import type { OperationResult } from '../../src/model/plan.ts';
import { UserError, type Problem } from '../../src/model/problems.ts';
import type { State } from '../../src/state/contract.ts';
import { openWorkspace } from '../../src/workspace/open.ts';
import { isPart } from '../support/is-part.ts';
import { contentOf, type Content } from './content.ts';
import type { Files } from './project.ts';
import { hasBroken, withoutOptimizer } from './rebuild.ts';
import { bareSql, type Written } from './written.ts';

/** What is done to a project. */
export type Operation =
  | {
      readonly type: 'apply';
      readonly environment: string;
      readonly refresh: boolean;
      readonly takeBack: boolean;
    }
  | { readonly type: 'run' | 'rollback' | 'delete'; readonly environment: string }
  | { readonly type: 'promote'; readonly environment: string; readonly from: string }
  | { readonly type: 'gc'; readonly environment: string };

/** How Bough answered. */
export type Answer =
  | { readonly type: 'done'; readonly planned: Planned | null; readonly result: OperationResult | null }
  | { readonly type: 'refused'; readonly message: string };

/** What an environment's readers find under one name. */
export interface Seen {
  readonly build: BuildId;
  /** A model as the revision records it; null for a source or seed. */
  readonly model: Written | null;
  readonly content: Content;
}

export interface Look {
  readonly clock: string;
  readonly nodes: ReadonlyMap<string, Seen>;
}

/** Rows lie in another order in each build, so that what hangs on their order shows. */
const shuffled = (query: string): string =>
  `SELECT * FROM (\n${query.trimEnd().replace(/;$/, '')}\n) AS built ORDER BY random()`;

/** Opening the file takes longer than all else: it is opened once for all operations. */
function around(
  engine: Engine,
  counts: { fingerprints: number },
): { readonly engine: Engine; readonly close: () => Promise<void> } {
  let held: Promise<Session> | null = null;
  const leave = async (): Promise<void> => undefined;
  const shared = (session: Session): Session => ({
    ...session,
    close: leave,
    build: (request, signal) =>
      session.build(request.type === 'table' ? { ...request, query: shuffled(request.query) } : request, signal),
    fingerprints: (build, sets, options) => {
      counts.fingerprints += sets.length;
      return session.fingerprints(build, sets, options);
    },
  });
  async function open(mode: 'write', patience: Patience): Promise<Session>;
  async function open(mode: 'read', patience: Patience): Promise<Session>;
  async function open(_mode: 'read' | 'write', patience: Patience): Promise<Session> {
    held ??= engine.open('write', patience);
    return shared(await held);
  }
  return { engine: { ...engine, open }, close: async () => (await held)?.close() };
}

const PATIENCE = { wait: 0, signal: new AbortController().signal, onWait: () => undefined };

interface Opened {
  readonly workspace: Workspace;
  readonly engine: Engine;
  readonly state: State;
  readonly session: Session;
  readonly instance: DuckDBInstance;
  /** In a database of its own, where the names of the project mean what an environment points to. */
  readonly connection: DuckDBConnection;
  readonly closeSession: () => Promise<void>;
}

/** A project of Bough in a folder of its own, with its warehouse held open. */
export class Subject {
  readonly #dir: string;
  #files: Files = {};
  #opened: Promise<Opened> | null = null;
  /** Builds never change, so each is read once. */
  readonly #builds = new Map<BuildId, Content>();
  /** Where the names of the project lead to in the judge's database. */
  readonly #views = new Map<string, BuildId>();
  readonly #definitions = new Map<DefinitionHash, Written | null>();
  readonly counts = { fingerprints: 0, parts: 0 };

  constructor(scratch: string) {
    this.#dir = mkdtempSync(join(scratch, 'project-'));
  }

  /** Makes the folder hold these files and no others. */
  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      if (this.#files[path] === text) continue;
      mkdirSync(dirname(join(this.#dir, path)), { recursive: true });
      writeFileSync(join(this.#dir, path), text);
    }
    for (const path of Object.keys(this.#files)) if (files[path] === undefined) rmSync(join(this.#dir, path));
    this.#files = files;
  }

  /** All data are as if delivered again. */
  touch(): void {
    const now = new Date();
    for (const path of Object.keys(this.#files))
      if (path.startsWith('data/')) utimesSync(join(this.#dir, path), now, now);
  }

  async #open(): Promise<Opened> {
    const parts: { held?: ReturnType<typeof around>; state?: State } = {};
    const workspace = await openWorkspace(
      { directory: this.#dir, wait: 0 },
      {
        engine: (one) => {
          parts.held = around(one, this.counts);
          return parts.held.engine;
        },
        state: (one) => {
          parts.state = one;
          return one;
        },
      },
    );
    const { held, state } = parts;
    if (held === undefined || state === undefined) throw new Error('nothing was opened');
    const { engine, close: closeSession } = held;
    const session = await engine.open('write', PATIENCE);
    const instance = await DuckDBInstance.fromCache(join(this.#dir, '.bough/warehouse.duckdb'));
    const connection = await instance.connect();
    await withoutOptimizer(connection);
    await connection.run(
      "PRAGMA disable_checkpoint_on_shutdown; SET GLOBAL wal_autocheckpoint = '1TB'; ATTACH ':memory:' AS judge; USE judge",
    );
    return { workspace, engine, state, session, instance, connection, closeSession };
  }

  #all(): Promise<Opened> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  async #plan(operation: Exclude<Operation, { type: 'gc' }>): Promise<Planned> {
    const { workspace } = await this.#all();
    const name = environmentName(operation.environment);
    switch (operation.type) {
      case 'apply':
        return this.#planApply(workspace, operation);
      case 'run':
        return workspace.planRun(name);
      case 'rollback':
        return workspace.planRollback(name, null);
      case 'delete':
        return workspace.planDelete(name);
      case 'promote':
        return workspace.planPromote(environmentName(operation.from), name);
    }
  }

  /** A plan of a part must be the plan of the whole. Every other one is left alone: planning the whole would mend what it remembers. */
  async #planApply(workspace: Workspace, operation: Extract<Operation, { type: 'apply' }>): Promise<Planned> {
    const name = environmentName(operation.environment);
    const planned = await workspace.planApply(name, operation);
    if (!isPart(planned)) return planned;
    this.counts.parts += 1;
    if (this.counts.parts % 2 === 0) return planned;
    const [part, whole] = [told(planned), told(await workspace.planApply(name, { ...operation, whole: true }))];
    if (part !== whole) throw new Error(`a part was planned otherwise than the whole:\n${part}\n${whole}`);
    return planned;
  }

  /** As the commands do it with `--yes`. */
  async operate(operation: Operation): Promise<Answer> {
    try {
      const { workspace } = await this.#all();
      if (operation.type === 'gc') {
        await workspace.collect({ keep: 0 });
        return { type: 'done', planned: null, result: null };
      }
      const planned = await this.#plan(operation);
      const result = await workspace.execute(planned, { replan: true });
      const errors = result.problems.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) return refusedFor(errors);
      return { type: 'done', planned, result };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return refusedFor(error.problems);
    }
  }

  /** What the files would change in an environment; null where they would change nothing. */
  async unsettled(environment: string): Promise<string | null> {
    const { workspace } = await this.#all();
    const again = await workspace.planApply(environmentName(environment), {});
    if (!again.changes) return null;
    const rows = again.document.nodes.filter(({ change, action }) => change !== 'unchanged' || action === 'build');
    return rows
      .map(({ name, change, action, reasons }) => `${name} ${change} ${action}: ${reasons.join(', ')}`)
      .join('\n');
  }

  /** Environments that there are now. */
  async environments(): Promise<readonly string[]> {
    const { workspace } = await this.#all();
    const records = await workspace.environments();
    return records.filter(({ deletedAt, head }) => deletedAt === null && head > 0).map(({ name }) => String(name));
  }

  /** What an environment's readers find. */
  async look(environment: string): Promise<Look> {
    const { workspace, state } = await this.#all();
    const { nodes, revision } = await workspace.show(environmentName(environment));
    const entries = nodes.map(({ entry }) => entry);
    const wanted = entries.flatMap(({ definition }) =>
      definition === null || this.#definitions.has(definition) ? [] : [definition],
    );
    if (wanted.length > 0)
      for (const [hash, text] of await state.definitions(wanted)) this.#definitions.set(hash, recorded(text));
    const seen = new Map<string, Seen>();
    for (const { node, build, definition } of entries) {
      if (build === null || definition === null) throw new Error(`${node} has no build`);
      const model = this.#definitions.get(definition) ?? null;
      seen.set(node, { build, model, content: await this.#content(build) });
    }
    return { clock: revision?.clock ?? '', nodes: seen };
  }

  async #content(build: BuildId): Promise<Content> {
    const known = this.#builds.get(build);
    if (known !== undefined) return known;
    const { connection, engine } = await this.#all();
    const content = await contentOf(connection, `FROM warehouse.${engine.relation(build)}`);
    this.#builds.set(build, content);
    return content;
  }

  /** Those of the builds that are not there. */
  async missing(builds: readonly BuildId[]): Promise<readonly BuildId[]> {
    return (await this.#all()).session.missing(builds);
  }

  /** The answer of a query over these very builds. */
  async query(sql: string, builds: ReadonlyMap<string, BuildId>): Promise<Content> {
    const { connection, engine } = await this.#all();
    const views = [...builds].flatMap(([name, build]) => {
      if (this.#views.get(name) === build) return [];
      const schema = this.#views.has(name) ? '' : `CREATE SCHEMA IF NOT EXISTS ${name.split('.')[0] ?? ''};`;
      this.#views.set(name, build);
      return [`${schema} CREATE OR REPLACE VIEW ${name} AS FROM warehouse.${engine.relation(build)};`];
    });
    // A query alone may name two columns alike, which a table does not.
    await connection.run(`${views.join('\n')}\nCREATE OR REPLACE TABLE main.answer AS ${sql}`);
    return contentOf(connection, 'FROM main.answer');
  }

  async close(): Promise<void> {
    const opened = this.#opened === null ? null : await this.#opened.catch(() => null);
    opened?.connection.closeSync();
    opened?.instance.closeSync();
    await opened?.closeSession();
    await opened?.workspace.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** Throws where it was not the project that was refused. */
function refusedFor(problems: readonly Problem[]): Answer {
  const message = problems.map((one) => one.message).join('\n');
  if (hasBroken(message)) throw new Error(message);
  return { type: 'refused', message };
}

/** What a revision says of a model. */
function recorded(definition: string): Written | null {
  const { node } = JSON.parse(definition) as { readonly node: Node };
  if (node.kind !== 'model') return null;
  const types = node.columns.flatMap(({ name, type }) => (type === null ? [] : [[name, type] as const]));
  return {
    name: node.name,
    sql: bareSql(node.sql.text),
    types: new Map(types),
    needs: node.dependsOn,
    ignoresClock: node.clock === 'ignore',
  };
}

/** All that people and programs see of a plan. */
const told = ({ document, diffs, warnings, kept, atMost, changes }: Planned): string =>
  JSON.stringify({ document, diffs, warnings, kept: [...kept].sort(), atMost, changes });

/** Whether nodes were left out because nothing happens to them. */
