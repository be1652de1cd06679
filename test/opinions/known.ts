/** A difference that was looked at: `what` as `compare` writes it, and who is right. */
export interface Known {
  /** The kind of difference and the text of the statement, white space made single: `columns: SELECT …`. */
  readonly what: string;
  readonly why: string;
}

const known = (why: string, ...what: readonly string[]): readonly Known[] => what.map((one) => ({ what: one, why }));

/** `@polyglot-sql/sdk` by dialect. In each it is the SDK that is wrong, or that stops where the dialect goes on. */
export const POLYGLOT: Readonly<Record<string, readonly Known[]>> = {
  duckdb: [
    ...known(
      'Expands the star and forgets what stands behind it (EXCLUDE, RENAME).',
      'columns: SELECT * EXCLUDE (amount) FROM orders',
      'columns: SELECT * EXCLUDE amount FROM orders',
      'columns: SELECT * RENAME (amount AS net) FROM orders',
      'columns: SELECT * EXCLUDE (status) REPLACE (amount + 1 AS amount) FROM orders',
      'columns: SELECT o.* EXCLUDE (customer_id), c.name FROM orders o JOIN customers c USING (customer_id)',
    ),
    ...known(
      'Its tree of PIVOT and UNPIVOT statements holds the table in another place.',
      'tables: PIVOT orders ON status USING sum(amount)',
      "tables: SELECT * FROM (PIVOT orders ON status IN ('paid', 'open') USING sum(amount) GROUP BY customer_id)",
      'tables: UNPIVOT items ON price, quantity INTO NAME what VALUE number',
    ),
    ...known(
      'Does not know integer division.',
      'silent: SELECT amount // 2 AS div, amount % 2 AS rest, amount ** 2 AS square, 5 & 3 AS both, 5 | 3 AS either, ~5 AS flip, 1 << 3 AS moved FROM orders',
    ),
    ...known('Wants brackets round the size of a sample.', 'silent: SELECT order_id FROM orders TABLESAMPLE 10%'),
  ],
  postgres: [
    ...known('Its tree of TABLE holds the table in another place.', 'tables: TABLE customers'),
    ...known(
      'Does not know the syntax; PostgreSQL does.',
      'silent: SELECT a, b FROM ROWS FROM (generate_series(1, 2), generate_series(1, 3)) AS t(a, b)',
      'silent: SELECT order_id FROM orders ORDER BY amount USING > LIMIT ALL',
      'silent: SELECT x.order_id FROM orders JOIN items USING (order_id) AS x',
    ),
  ],
  snowflake: [
    ...known(
      'Expands the star and forgets what stands behind it (EXCLUDE, RENAME).',
      'columns: SELECT * EXCLUDE amount FROM orders',
      'columns: SELECT * EXCLUDE (amount, status) FROM orders',
      'columns: SELECT * RENAME (amount AS net) FROM orders',
      'columns: SELECT * RENAME amount AS net FROM orders',
      'columns: SELECT o.* EXCLUDE customer_id, c.name FROM orders o JOIN customers c ON o.customer_id = c.customer_id',
    ),
    ...known('Does not know ILIKE behind a star.', "silent: SELECT * ILIKE '%id%' FROM orders"),
  ],
  bigquery: [
    ...known(
      'Expands the star and forgets EXCEPT.',
      'columns: SELECT * EXCEPT (amount) FROM orders',
      'columns: SELECT * EXCEPT (amount, status) FROM orders',
      'columns: SELECT o.* EXCEPT (customer_id), c.name FROM orders o JOIN customers c ON o.customer_id = c.customer_id',
      'columns: SELECT * EXCEPT (status) REPLACE (amount + 1 AS amount) FROM orders',
    ),
    ...known(
      'Takes a walk into an array column for a table.',
      'tables: SELECT o.order_id, tag FROM orders o, o.tags AS tag',
    ),
  ],
  databricks: known(
    'Expands the star and forgets EXCEPT.',
    'columns: SELECT * EXCEPT (amount) FROM orders',
    'columns: SELECT o.* EXCEPT (customer_id), c.name FROM orders o JOIN customers c ON o.customer_id = c.customer_id',
  ),
  trino: known('Its tree of TABLE holds the table in another place.', 'tables: TABLE customers'),
  starrocks: [
    ...known('Expands the star and forgets EXCEPT.', 'columns: SELECT * EXCEPT (amount) FROM orders'),
    ...known(
      'Does not know the syntax; StarRocks does.',
      `silent: SELECT "double" AS a, 'single' AS b, 'it\\'s' AS c FROM orders`,
      'silent: SELECT order_id FROM orders # a comment WHERE amount > 1',
      'silent: SELECT o.order_id, i.product FROM orders o JOIN [broadcast] items i ON o.order_id = i.order_id',
      'silent: SELECT order_id FROM orders TABLET (10001)',
    ),
  ],
};

/** DuckDB on statements of other dialects that it happens to understand. */
export const DUCKDB: Readonly<Record<string, readonly Known[]>> = {
  duckdb: known(
    'json_serialize_sql gives no tree for the statement form of PIVOT on values that are not named.',
    'tables: PIVOT orders ON status USING sum(amount)',
  ),
  postgres: known('Columns of VALUES have other names there.', "columns: VALUES (1, 'a'), (2, 'b')"),
  trino: known('Columns of VALUES have other names there.', "columns: VALUES (1, 'x'), (2, 'y')"),
};

/** Statements whose columns Bough does not tell: it reads them as depending on everything. */
export const UNKNOWN: readonly Known[] = [
  ...known(
    'PIVOT and UNPIVOT make columns of data or of lists.',
    'PIVOT orders ON status USING sum(amount)',
    "SELECT * FROM (PIVOT orders ON status IN ('paid', 'open') USING sum(amount) GROUP BY customer_id)",
    'UNPIVOT items ON price, quantity INTO NAME what VALUE number',
    "SELECT * FROM (SELECT customer_id, status, amount FROM orders) PIVOT (SUM(amount) AS total FOR status IN ('paid' AS paid, 'open' AS open))",
    'SELECT * FROM (SELECT customer_id, status, amount FROM orders) PIVOT (max(amount) FOR status IN (ANY ORDER BY status))',
    "SELECT * FROM (SELECT customer_id, status, amount FROM orders) PIVOT (sum(amount) FOR status IN ('paid', 'open'))",
    'SELECT * FROM items UNPIVOT (number FOR what IN (price, quantity))',
    "SELECT * FROM orders PIVOT (SUM(amount) FOR status IN ('paid', 'open'))",
    "SELECT * FROM orders PIVOT (sum(amount) FOR status IN ('paid', 'open') GROUP BY customer_id)",
    "SELECT * FROM orders PIVOT (sum(amount) FOR status IN ('paid', 'open')) AS p",
  ),
  ...known('The star is filtered by a pattern.', "SELECT * ILIKE '%id%' FROM orders"),
  ...known(
    'What it selects is one value without a name.',
    'SELECT AS STRUCT order_id, amount FROM orders',
    'SELECT AS VALUE STRUCT(order_id AS a, amount AS b) FROM orders',
  ),
  ...known(
    'A clause that the reader does not know.',
    'SELECT order_id FROM orders *',
    'SELECT order_id FROM orders CLUSTER BY customer_id',
    'SELECT order_id FROM orders DISTRIBUTE BY customer_id SORT BY amount',
    'SELECT order_id FROM orders SORT BY amount',
  ),
];

/** Texts of TPC. */
export const TPC: readonly Known[] = known(
  'Two columns of the query bear one name; Bough gives them those that DuckDB gives the columns of the table.',
  'columns: tpc-ds 39',
  'columns: tpc-ds 64',
);

/** Upstream columns of TPC-DS: sources that the other library leaves out, by output column. */
export const LINEAGE: Readonly<Record<string, string>> = Object.fromEntries(
  [1, 2, 3, 4, 5].map((bucket) => [
    `tpc-ds 9 bucket${bucket}`,
    'store_sales.ss_quantity: what a scalar subquery filters by decides its value',
  ]),
);
