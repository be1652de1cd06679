import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Dialect } from '../../src/sql/index.ts';
import type { Catalog } from './bough.ts';
import { isPlain, nodesOf, sortedSet, textAt, type Opinion, type Silence } from './opinion.ts';

/** `@polyglot-sql/sdk`, which speaks every dialect. */
export class Polyglot {
  readonly #worker = new Worker(new URL('polyglot-worker.mjs', import.meta.url), {
    resourceLimits: { stackSizeMb: 32 },
  });

  async ask(sql: string, dialect: Dialect, catalog: Catalog): Promise<Opinion | Silence> {
    const mentioned = Object.entries(catalog).filter(([table]) => sql.toLowerCase().includes(table));
    const tables = mentioned.map(([name, columns]) => ({
      name,
      columns: Object.entries(columns).map(([column, type]) => ({ name: column, type })),
    }));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage({ sql, dialect: dialect === 'postgres' ? 'postgresql' : dialect, schema: { tables } });
    const [answer]: unknown[] = await once(this.#worker, 'message');
    const silent = textAt(answer, 'silent');
    if (silent !== null || !isPlain(answer)) return { silent: silent ?? 'no answer' };
    return { tables: tablesIn(answer['tree']), columns: columnsIn(answer['columns']) };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

function tablesIn(tree: unknown): readonly string[] {
  const tables: string[] = [];
  const ctes = new Set<string>();
  for (const node of nodesOf(tree)) {
    const list = isPlain(node['with']) ? node['with']['ctes'] : null;
    if (Array.isArray(list)) for (const cte of list) ctes.add(textAt(cte, 'alias', 'name')?.toLowerCase() ?? '');
    const name = textAt(node, 'table', 'name', 'name');
    if (name === null) continue;
    const parts = [textAt(node, 'table', 'catalog', 'name'), textAt(node, 'table', 'schema', 'name'), name];
    tables.push(
      parts
        .filter((part) => part !== null)
        .join('.')
        .toLowerCase(),
    );
  }
  return sortedSet(tables.filter((table) => !ctes.has(table)));
}

function columnsIn(columns: unknown): Opinion['columns'] {
  if (!Array.isArray(columns)) return null;
  if (columns.some((column) => textAt(column, 'kind') === 'wildcard')) return null;
  return columns.map((column) => textAt(column, 'name'));
}
