import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { Planned, Workspace } from '../../src/bough.ts';
import type { Engine, Patience, Session } from '../../src/engines/contract.ts';
import { environmentName } from '../../src/model/environment-name.ts';
import type { OperationResult } from '../../src/model/plan.ts';
import { UserError } from '../../src/model/problems.ts';
import { openWorkspace } from '../../src/workspace.ts';
import { contentOf, type Content } from './content.ts';
import type { Files } from './project.ts';

const PROD = environmentName('prod');

/** How Bough answered to files. */
export type Answer =
  | { readonly type: 'applied'; readonly planned: Planned; readonly result: OperationResult }
  | { readonly type: 'refused'; readonly message: string };

/** Rows lie in another order in each build, so that what hangs on their order shows. */
const shuffling = (session: Session): Session => ({
  ...session,
  build: (request, signal) =>
    session.build(
      request.type === 'table'
        ? {
            ...request,
            query: `SELECT * FROM (\n${request.query.trimEnd().replace(/;$/, '')}\n) AS built ORDER BY random()`,
          }
        : request,
      signal,
    ),
});

function around(engine: Engine): Engine {
  async function open(mode: 'write', patience: Patience): Promise<Session>;
  async function open(mode: 'read', patience: Patience): Promise<Awaited<ReturnType<typeof reader>>>;
  async function open(mode: 'read' | 'write', patience: Patience): Promise<unknown> {
    return mode === 'read' ? engine.open(mode, patience) : shuffling(await engine.open(mode, patience));
  }
  const reader = (patience: Patience) => engine.open('read', patience);
  return { ...engine, open };
}

/** A project of Bough in a folder of its own, with its warehouse held open. */
export class Subject {
  readonly #dir: string;
  #files: Files = {};
  #workspace: Workspace | null = null;
  #session: Session | null = null;
  #engine: Engine | null = null;
  #instance: DuckDBInstance | null = null;
  #connection: DuckDBConnection | null = null;
  /** Builds never change, so each is read once. */
  readonly #builds = new Map<string, Content>();

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

  async #open(): Promise<Workspace> {
    if (this.#workspace !== null) return this.#workspace;
    const engine = (one: Engine): Engine => {
      this.#engine = one;
      return around(one);
    };
    this.#workspace = await openWorkspace({ directory: this.#dir, wait: 0 }, { engine });
    return this.#workspace;
  }

  /** Opening the file takes longer than all else: it is opened once for all operations. */
  async #hold(): Promise<{ engine: Engine; connection: DuckDBConnection }> {
    await this.#open();
    if (this.#engine === null) throw new Error('no engine was opened');
    if (this.#connection !== null) return { engine: this.#engine, connection: this.#connection };
    const patience = { wait: 0, signal: new AbortController().signal, onWait: () => undefined };
    this.#session = await this.#engine.open('write', patience);
    this.#instance = await DuckDBInstance.fromCache(join(this.#dir, '.bough/warehouse.duckdb'));
    this.#connection = await this.#instance.connect();
    await this.#connection.run("SET TimeZone = 'UTC'");
    return { engine: this.#engine, connection: this.#connection };
  }

  async plan(refresh = false): Promise<Planned> {
    return (await this.#open()).planApply(PROD, { refresh });
  }

  /** Brings the files into prod, as `bough apply prod --yes` does. */
  async apply(refresh: boolean): Promise<Answer> {
    try {
      await this.#hold();
      const workspace = await this.#open();
      const planned = await workspace.planApply(PROD, { refresh });
      const result = await workspace.execute(planned, { replan: true });
      const errors = result.problems.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) return { type: 'refused', message: errors.map(({ message }) => message).join('\n') };
      return { type: 'applied', planned, result };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { type: 'refused', message: error.problems.map(({ message }) => message).join('\n') };
    }
  }

  /** What prod's readers find for each node. */
  async tables(): Promise<ReadonlyMap<string, Content>> {
    const { engine, connection } = await this.#hold();
    const { nodes } = await (await this.#open()).show(PROD);
    const tables = new Map<string, Content>();
    for (const { entry } of nodes) {
      if (entry.build === null) throw new Error(`${entry.node} has no build`);
      const known =
        this.#builds.get(entry.build) ?? (await contentOf(connection, `FROM ${engine.relation(entry.build)}`));
      this.#builds.set(entry.build, known);
      tables.set(entry.node, known);
    }
    return tables;
  }

  /** The answer of a query of the project over the very tables that prod's readers find. */
  async query(sql: string): Promise<Content> {
    return contentOf((await this.#hold()).connection, sql);
  }

  async close(): Promise<void> {
    this.#connection?.closeSync();
    this.#instance?.closeSync();
    await this.#session?.close();
    await this.#workspace?.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
