import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, onTestFinished } from 'vitest';
import type { Planned, Workspace } from '../../src/workspace/contract.ts';
import { environmentName } from '../../src/model/environment-name.ts';
import type { Event } from '../../src/model/events.ts';
import type { Json } from '../../src/model/json.ts';
import type { OperationResult } from '../../src/model/plan.ts';
import { UserError, type ExitCode, type Problem } from '../../src/model/problems.ts';
import { openWorkspace } from '../../src/workspace/open.ts';

/** Path to content; null removes the file. */
export type Files = Readonly<Record<string, string | null>>;

/** Three orders of two customers, cleaned, and two tables that read the clean ones. */
export const SHOP = {
  'bough.yml': 'name: test\n',
  'data/orders.csv': 'id,customer,amount\n1,ann,10\n2,bob,20\n3,ann,30\n',
  'models/raw/orders.yml': 'kind: source\nname: raw.orders\nfile: data/orders.csv\n',
  'models/staging/orders.sql': 'SELECT id, customer, amount FROM raw.orders WHERE amount > 0\n',
  'models/marts/revenue.sql': 'SELECT customer, sum(amount) AS total FROM staging.orders GROUP BY customer\n',
  'models/marts/customers.sql': 'SELECT DISTINCT customer FROM staging.orders\n',
} as const satisfies Files;

export const MORE_ORDERS = `${SHOP['data/orders.csv']}4,cat,40\n`;
export const EVEN_MORE_ORDERS = `${MORE_ORDERS}5,dan,50\n`;

/** What a call refused with. */
export interface Refusal {
  readonly exit: ExitCode;
  readonly codes: readonly Problem['code'][];
  readonly text: string;
}

interface Done {
  readonly planned: Planned;
  readonly result: OperationResult;
}

/** A project in a folder of its own, and what users do with it. */
export class Subject {
  readonly root: string;
  readonly events: Event[] = [];
  #open: Workspace | null = null;

  private constructor(root: string) {
    this.root = root;
  }

  /** Writes the files and opens them; everything goes with the test. */
  static make(files: Files = SHOP): Subject {
    const subject = new Subject(realpathSync(mkdtempSync(join(tmpdir(), 'bough-behaviour-'))));
    subject.write({ 'bough.yml': SHOP['bough.yml'], ...files });
    onTestFinished(async () => {
      await subject.close();
      rmSync(subject.root, { recursive: true, force: true });
    });
    return subject;
  }

  write(files: Files): void {
    for (const [path, content] of Object.entries(files)) {
      const full = join(this.root, path);
      mkdirSync(dirname(full), { recursive: true });
      if (content === null) rmSync(full);
      else writeFileSync(full, content);
    }
  }

  async workspace(): Promise<Workspace> {
    this.#open ??= await openWorkspace({ directory: this.root, wait: 0, listener: (event) => this.events.push(event) });
    return this.#open;
  }

  /** What `bough.yml` says is read anew by the next call. */
  async close(): Promise<void> {
    await this.#open?.close();
    this.#open = null;
  }

  async #do(planned: Planned, message?: string): Promise<Done> {
    const workspace = await this.workspace();
    const options = message === undefined ? {} : { message };
    return { planned, result: await workspace.execute(planned, { replan: true, ...options }) };
  }

  async check(): Promise<void> {
    await (await this.workspace()).check();
  }

  async plan(environment: string, options: { refresh?: boolean; takeBack?: boolean } = {}): Promise<Planned> {
    return (await this.workspace()).planApply(environmentName(environment), options);
  }

  async apply(environment: string, options: { refresh?: boolean; takeBack?: boolean } = {}): Promise<Done> {
    return this.#do(await this.plan(environment, options));
  }

  async run(environment = 'prod'): Promise<Done> {
    return this.#do(await (await this.workspace()).planRun(environmentName(environment)));
  }

  async promote(from: string, options: { exact?: boolean; to?: string } = {}): Promise<Done> {
    const { to, ...flags } = options;
    const target = to === undefined ? null : environmentName(to);
    return this.#do(await (await this.workspace()).planPromote(environmentName(from), target, flags));
  }

  async rollback(environment: string, to: number | null = null): Promise<Done> {
    return this.#do(await (await this.workspace()).planRollback(environmentName(environment), to));
  }

  async delete(environment: string): Promise<Done> {
    return this.#do(await (await this.workspace()).planDelete(environmentName(environment)));
  }

  /** Collects garbage; names the nodes whose builds went. */
  async gc(options: { keep?: number; dryRun?: boolean } = { keep: 0 }): Promise<readonly string[]> {
    const { builds } = await (await this.workspace()).collect(options);
    return builds.map(({ node }) => node ?? 'an attempt').sort();
  }

  /** Rows of a query in an environment, each as its values joined by `|`, sorted. */
  async rows(environment: string, statement: string): Promise<readonly string[]> {
    const { rows } = await (await this.workspace()).query(environmentName(environment), statement);
    return rows.map((row) => row.map(shown).join('|')).sort();
  }

  /** Views that readers find, physical names. */
  views(): Promise<readonly string[]> {
    return this.rows(
      'prod',
      "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_type = 'VIEW' AND table_schema <> 'bough'",
    );
  }

  async head(environment: string): Promise<number> {
    const found = (await (await this.workspace()).environments()).find((one) => one.name === environment);
    return found?.head ?? 0;
  }

  /** Runs a statement as another tool would that works in the same warehouse. */
  async elsewhere(statement: string): Promise<void> {
    const path = join(this.root, '.bough/warehouse.duckdb');
    mkdirSync(dirname(path), { recursive: true });
    const instance = await DuckDBInstance.fromCache(path);
    const connection = await instance.connect();
    try {
      await connection.run(statement);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }
}

const shown = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The plan's rows that say something, as `name change category action`. */
export const lines = ({ document, kept }: Planned): readonly string[] =>
  document.nodes
    .filter(({ name }) => !kept.has(name))
    .map(({ name, change, category, action }) => `${name} ${change} ${category ?? '-'} ${action}`)
    .sort();

/** Reasons that a plan gives for a node. */
export const reasons = ({ document }: Planned, node: string): string =>
  document.nodes.find(({ name }) => name === node)?.reasons.join('; ') ?? '';

/** Names of what a result says was done that way. */
export const named = (
  { nodes }: OperationResult,
  action: OperationResult['nodes'][number]['action'],
): readonly string[] =>
  nodes
    .filter((node) => node.action === action)
    .map(({ name }) => name)
    .sort();

/** How a call was refused; a call that works fails the test. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const text = error.problems.map(({ message, hint }) => `${message} ${hint ?? ''}`).join('\n');
    return { exit: error.exit, codes: error.problems.map(({ code }) => code), text };
  }
  return expect.fail('nothing was refused');
}

/** What makes a result end with another exit code than 0. */
export const failures = ({ problems }: OperationResult): readonly Problem['code'][] =>
  problems.filter(({ severity }) => severity === 'error').map(({ code }) => code);
