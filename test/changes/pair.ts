import type { ModelNode } from '../../src/model/node.ts';
import type { Category } from '../../src/model/plan.ts';
import type { Dialect } from '../../src/sql/index.ts';

/** Name of a table → its columns as they would stand in CREATE TABLE. */
export type Tables = Readonly<Record<string, string>>;

/** One side of a pair: the query of `shop.model`, and what else of the world is told apart. */
export interface Side {
  readonly sql: string;
  /** Sources that differ from `TABLES`, or come on top of them. */
  readonly tables?: Tables;
  /** Sources whose content is newer on this side. */
  readonly newData?: readonly string[];
  /** Days since the other side. */
  readonly daysLater?: number;
  /** The head of the model's file, as it stands there. */
  readonly yaml?: string;
  /** What it comes to. */
  readonly head?: Partial<
    Pick<
      ModelNode,
      'description' | 'materialized' | 'storage' | 'clock' | 'opaque' | 'dependsOn' | 'audits' | 'grants' | 'columns'
    >
  >;
}

/** A query that reads `shop.model`, unchanged itself. */
export interface Reader {
  readonly sql: string;
  readonly becomes: 'reused' | 'rebuilt' | 'refused';
  /** Parts of the reasons, of the warning, or of the error that refuses it. */
  readonly because: string;
  /** The reason is worth a place on the page. */
  readonly words?: true;
}

export interface Pair {
  readonly title: string;
  /** Why, where the title does not say it. */
  readonly note?: string;
  /** Sources of both sides that differ from `TABLES`, or come on top of them. */
  readonly tables?: Tables;
  /** Columns of sources that an audit declares unique. */
  readonly unique?: Tables;
  /** Sources that cannot be pinned: each read can see other data. */
  readonly live?: readonly string[];
  readonly dialect?: Dialect;
  readonly before: string | Side;
  readonly after: string | Side;
  readonly category: Category | null;
  /** Parts of the reasons, one for one. */
  readonly reasons?: readonly string[];
  /** Where the category does not say it: an unchanged query can be built for newer data. */
  readonly itself?: 'reused' | 'rebuilt' | 'refused';
  /** Part of the error that refuses it. */
  readonly error?: string;
  /** What is judged more broadly than it had to be. */
  readonly broadly?: string;
  readonly readers?: readonly Reader[];
}

export interface Chapter {
  readonly title: string;
  readonly text: string;
  readonly pairs: readonly Pair[];
}

/** The sources that every pair can read. */
export const TABLES: Tables = {
  'raw.orders': 'order_id INTEGER, customer_id INTEGER, amount DECIMAL(9, 2), status VARCHAR, ordered_at TIMESTAMP',
  'raw.customers': 'customer_id INTEGER, name VARCHAR, country VARCHAR',
  'raw.items': 'order_id INTEGER, product VARCHAR, price DECIMAL(9, 2), tags VARCHAR[]',
};

export const sideOf = (side: string | Side): Side => (typeof side === 'string' ? { sql: side } : side);

/** One column that means something else, for readers to look at. */
export const LOUDER = {
  before: 'SELECT order_id, status, amount FROM raw.orders',
  after: 'SELECT order_id, upper(status) AS status, amount FROM raw.orders',
  category: 'breaking',
  reasons: ['column status changed'],
} as const;
