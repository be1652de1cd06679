import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { contentOf, digestOf, type Content } from './content.ts';
import type { Files } from './project.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A node as the files say it, in words of their own: nothing of Bough's reader is used. */
interface Written {
  readonly name: string;
  readonly reads: readonly string[];
  readonly sql: string;
}

const NODE_FILE = /^models\/(\w+)\/(\w+)\.(sql|yml)$/;
const HEAD = /^\/\* bough[^*]*\*\/\n/;
/** Schemas of test projects: `raw`, `mart`, and `m1`, `m2` … for traps. */
const MENTION = /"?\b(raw|mart|m\d+)\b"?\."?(\w+)"?/gi;

export function mentions(sql: string): string[] {
  return [...new Set([...sql.matchAll(MENTION)].map(([, schema, table]) => `${schema}.${table}`.toLowerCase()))];
}

function sourceOf(name: string, yaml: string, files: Files, dir: string): Written {
  const path = /^file: (.+)$/m.exec(yaml)?.[1] ?? '';
  const types = [...yaml.matchAll(/^ {2}(\w+): (.+)$/gm)].map(([, column, type]) => `'${column}': '${type}'`);
  const text = files[path] ?? '';
  const file = join(dir, `${hashOf(text)}.csv`);
  writeFileSync(file, text);
  const forced = types.length === 0 ? '' : `, types = {${types.join(', ')}}`;
  const options = `header = true, skip = 0, comment = '', quote = '"', escape = '"', strict_mode = true${forced}`;
  return { name, reads: [], sql: `SELECT * FROM read_csv('${file}', ${options})` };
}

function writtenIn(files: Files, dir: string): Map<string, Written> {
  const found = new Map<string, Written>();
  for (const [path, text] of Object.entries(files)) {
    const [, schema, table, ending] = NODE_FILE.exec(path) ?? [];
    const name = `${schema}.${table}`;
    if (ending === 'yml') found.set(name, sourceOf(name, text, files, dir));
    else if (ending === 'sql') {
      const sql = text.replace(HEAD, '').trim().replace(/;$/, '');
      found.set(name, { name, reads: mentions(sql), sql });
    }
  }
  return found;
}

function inOrder(nodes: ReadonlyMap<string, Written>): Written[] {
  const order: Written[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const node = nodes.get(name);
    if (node === undefined || seen.has(name)) return;
    seen.add(name);
    node.reads.forEach(visit);
    order.push(node);
  };
  [...nodes.keys()].forEach(visit);
  return order;
}

interface Standing {
  readonly key: string;
  readonly content: Content;
  readonly digest: string;
}

/** What the engine said against a node. */
export class Refused extends Error {
  readonly node: string;

  constructor(node: string, message: string) {
    super(`${node}: ${message}`);
    this.node = node;
  }
}

/**
 * A second warehouse, in memory, that holds what the files say: every node's own text, run in order. A table is left
 * standing only while its text and the contents of all that it reads are exactly the same, row for row.
 */
export class Rebuild {
  readonly #connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  readonly #dir: string;
  readonly #standing = new Map<string, Standing>();
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
    await connection.run("SET TimeZone = 'UTC'");
    return new Rebuild(instance, connection, dir);
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /** Forgets all: the next project starts from nothing. */
  async clear(): Promise<void> {
    for (const name of this.#standing.keys()) await this.#connection.run(`DROP TABLE IF EXISTS ${name}`);
    this.#standing.clear();
  }

  /** Tables of all nodes; throws Refused at the first that the engine will not make. */
  async tables(files: Files): Promise<ReadonlyMap<string, Content>> {
    const nodes = writtenIn(files, this.#dir);
    for (const name of [...this.#standing.keys()].filter((one) => !nodes.has(one))) {
      await this.#connection.run(`DROP TABLE IF EXISTS ${name}`);
      this.#standing.delete(name);
    }
    const tables = new Map<string, Content>();
    for (const node of inOrder(nodes)) {
      const missing = node.reads.find((name) => !tables.has(name));
      if (missing !== undefined) throw new Refused(node.name, `there is no ${missing}`);
      tables.set(node.name, (await this.#stand(node)).content);
    }
    return tables;
  }

  async #stand(node: Written): Promise<Standing> {
    const inputs = node.reads.map((name) => this.#standing.get(name)?.digest ?? '');
    const key = hashOf(JSON.stringify([node.sql, ...inputs]));
    const present = this.#standing.get(node.name);
    if (present?.key === key) return present;
    this.#standing.delete(node.name);
    try {
      this.ran += 1;
      await this.#connection.run(`CREATE SCHEMA IF NOT EXISTS ${node.name.split('.')[0] ?? ''}`);
      await this.#connection.run(`CREATE OR REPLACE TABLE ${node.name} AS ${node.sql}`);
    } catch (error) {
      throw new Refused(node.name, error instanceof Error ? error.message : String(error));
    }
    const content = await contentOf(this.#connection, `FROM ${node.name}`);
    const standing = { key, content, digest: hashOf(digestOf(content)) };
    this.#standing.set(node.name, standing);
    return standing;
  }
}
