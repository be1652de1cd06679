import { hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { contentOf, type Content } from './content.ts';
import type { Files } from './project.ts';
import { mentions, nodeFiles, runnable, typesIn, writtenIn } from './written.ts';

/** Tables are tiny: to plan a query takes longer than to run it. Without an order of joins, ASOF crashes. */
export async function withoutOptimizer(connection: DuckDBConnection): Promise<void> {
  const names = await connection.runAndReadAll("SELECT name FROM duckdb_optimizers() WHERE name <> 'join_order'");
  await connection.run(`SET GLOBAL disabled_optimizers = '${names.getRows().join(',')}'; SET TimeZone = 'UTC'`);
}

/** What the engine said against a node. */
export class Refused extends Error {
  readonly node: string;

  constructor(node: string, message: string) {
    super(`${node}: ${message}`);
    this.node = node;
  }
}

/** The engine itself broke: it says nothing of a project any more, and must be opened anew. */
export const hasBroken = (error: unknown): boolean =>
  /FATAL Error|database has been invalidated/.test(error instanceof Error ? error.message : String(error));

/** One query over tables of exactly these contents. */
export const questionOf = (sql: string, inputs: readonly (readonly [string, Content])[]): string =>
  hash('sha256', JSON.stringify([sql, inputs.map(([name, { digest }]) => [name, digest])]));

interface Wanted {
  readonly sql: string;
  readonly reads: readonly string[];
  readonly question: string;
}

/**
 * A second warehouse, in memory, that holds what the files say: every node's own text, run in order. What came of a text
 * over tables of exactly the same contents, row for row, is known from then on.
 */
export class Rebuild {
  readonly #connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  readonly #dir: string;
  /** The question that each table is the answer to. */
  readonly #standing = new Map<string, string>();
  readonly #answers = new Map<string, Content>();
  readonly #schemas = new Set<string>();
  ran = 0;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, dir: string) {
    this.#instance = instance;
    this.#connection = connection;
    this.#dir = join(dir, 'rebuild');
    mkdirSync(this.#dir, { recursive: true });
  }

  static async open(dir: string): Promise<Rebuild> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    await withoutOptimizer(connection);
    return new Rebuild(instance, connection, dir);
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /** Forgets all: the next project starts from nothing. */
  async clear(): Promise<void> {
    const drops = [...this.#standing.keys()].map((name) => `DROP TABLE IF EXISTS ${name};`);
    if (drops.length > 0) await this.#connection.run(drops.join('\n'));
    this.#standing.clear();
    this.#answers.clear();
  }

  /** What came of a query over these tables, where it was asked before. */
  answer(question: string): Content | null {
    return this.#answers.get(question) ?? null;
  }

  /** What came of it elsewhere; but a table that is made again here must come out as it is remembered. */
  learn(question: string, answer: Content, sql: string): void {
    if (!/\brandom\(/i.test(sql)) this.#answers.set(question, answer);
  }

  /** What the files' sources and seeds hold. */
  async leaves(files: Files): Promise<ReadonlyMap<string, Content>> {
    const found = new Map<string, Content>();
    for (const { name, ending, text } of nodeFiles(files)) {
      if (ending === 'yml') found.set(name, await this.#find(name, this.#leaf(text, files), new Map()));
    }
    return found;
  }

  /** Tables of all nodes; throws Refused at the first that the engine will not make. */
  async tables(files: Files, clock: string): Promise<ReadonlyMap<string, Content>> {
    const tables = new Map<string, Content>();
    const wanted = new Map<string, Wanted>();
    for (const { name, ending, text } of nodeFiles(files)) {
      if (ending !== 'yml') continue;
      const leaf = this.#leaf(text, files);
      wanted.set(name, leaf);
      tables.set(name, await this.#find(name, leaf, wanted));
    }
    const models = writtenIn(files);
    const visit = async (name: string): Promise<void> => {
      const model = models.get(name);
      if (model === undefined || tables.has(name)) return;
      models.delete(name);
      const reads = mentions(model.sql);
      for (const read of [...reads, ...model.needs]) await visit(read);
      for (const need of model.needs) existing(tables, need, name);
      const sql = runnable(model, clock);
      const inputs = reads.map((read) => [read, existing(tables, read, name)] as const);
      const one = { sql, reads, question: questionOf(sql, inputs) };
      wanted.set(name, one);
      tables.set(name, await this.#find(name, one, wanted));
    };
    for (const name of models.keys()) await visit(name);
    return tables;
  }

  #leaf(yaml: string, files: Files): Wanted {
    const path = /^file: (.+)$/m.exec(yaml)?.[1] ?? '';
    const text = files[path] ?? '';
    const digest = hash('sha256', text);
    const file = join(this.#dir, `${digest}.csv`);
    const types = [...typesIn(yaml)].map(([column, type]) => `'${column}': '${type}'`);
    const forced = types.length === 0 ? '' : `, types = {${types.join(', ')}}`;
    const options = `header = true, skip = 0, comment = '', quote = '"', escape = '"', strict_mode = true${forced}`;
    const sql = `SELECT * FROM read_csv('${file}', ${options})`;
    const question = questionOf(sql, []);
    if (!this.#answers.has(question)) writeFileSync(file, text);
    return { sql, reads: [], question };
  }

  async #find(name: string, one: Wanted, wanted: ReadonlyMap<string, Wanted>): Promise<Content> {
    const known = this.#answers.get(one.question);
    if (known !== undefined) return known;
    const asRemembered = await this.#stand(name, one, wanted);
    const content = await contentOf(this.#connection, `FROM ${name}`);
    if (asRemembered) this.#answers.set(one.question, content);
    return content;
  }

  /**
   * Makes the table, and before it those that it reads. Returns whether these came out as they are remembered: what hangs on
   * ties may not, where rows of the same content lie in another order.
   */
  async #stand(name: string, one: Wanted, wanted: ReadonlyMap<string, Wanted>): Promise<boolean> {
    if (this.#standing.get(name) === one.question) return true;
    let asRemembered = true;
    for (const read of one.reads) {
      const input = wanted.get(read);
      if (input !== undefined) asRemembered = (await this.#stand(read, input, wanted)) && asRemembered;
    }
    const [schema = ''] = name.split('.');
    this.#standing.delete(name);
    try {
      this.ran += 1;
      if (!this.#schemas.has(schema)) await this.#connection.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
      this.#schemas.add(schema);
      // One text over one content gives one table, however often it is made: also where it calls random().
      await this.#connection.run(`SELECT setseed(0.5); CREATE OR REPLACE TABLE ${name} AS ${one.sql}`);
    } catch (error) {
      if (hasBroken(error)) throw error;
      throw new Refused(name, error instanceof Error ? error.message : String(error));
    }
    const known = this.#answers.get(one.question);
    if (known === undefined) {
      this.#standing.set(name, one.question);
      return asRemembered;
    }
    const same = (await contentOf(this.#connection, `FROM ${name}`)).digest === known.digest;
    if (same) this.#standing.set(name, one.question);
    return asRemembered && same;
  }
}

function existing(tables: ReadonlyMap<string, Content>, read: string, reader: string): Content {
  const found = tables.get(read);
  if (found === undefined) throw new Refused(reader, `there is no ${read}`);
  return found;
}
