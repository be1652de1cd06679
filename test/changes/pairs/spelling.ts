import type { Chapter } from '../pair.ts';

export const spelling: Chapter = {
  title: 'Spelling',
  text: 'How a query is written down is no part of what it means. None of these is a change at all.',
  pairs: [
    {
      title: 'Comments and layout',
      before: 'SELECT order_id, amount FROM raw.orders WHERE amount > 0',
      after: '-- what was paid\nSELECT\n  order_id, /* net */ amount\nFROM raw.orders\nWHERE amount > 0',
      category: null,
    },
    {
      title: 'Letter case of keywords, functions and names',
      before: 'SELECT order_id, sum(amount) AS total FROM raw.orders GROUP BY order_id',
      after: 'select ORDER_ID as order_id, SUM(Amount) as total from RAW.Orders group by Order_Id',
      category: null,
    },
    {
      title: 'A table alias comes',
      before: 'SELECT order_id FROM raw.orders WHERE amount > 0',
      after: 'SELECT o.order_id FROM raw.orders AS o WHERE o.amount > 0',
      category: null,
    },
    {
      title: 'Table aliases change',
      before: 'SELECT o.order_id, c.name FROM raw.orders o JOIN raw.customers c ON o.customer_id = c.customer_id',
      after: 'SELECT x.order_id, y.name FROM raw.orders x JOIN raw.customers y ON x.customer_id = y.customer_id',
      category: null,
    },
    {
      title: 'Qualified or not',
      before: 'SELECT order_id, name FROM raw.orders o JOIN raw.customers c ON o.customer_id = c.customer_id',
      after: 'SELECT o.order_id, c.name FROM raw.orders o JOIN raw.customers c ON o.customer_id = c.customer_id',
      category: null,
    },
    {
      title: 'A CTE is renamed',
      before: 'WITH paid AS (SELECT * FROM raw.orders WHERE amount > 0) SELECT order_id FROM paid',
      after: 'WITH bought AS (SELECT * FROM raw.orders WHERE amount > 0) SELECT order_id FROM bought',
      category: null,
    },
    {
      title: 'The alias of a derived table changes',
      before: 'SELECT p.order_id FROM (SELECT order_id FROM raw.orders WHERE amount > 0) AS p',
      after: 'SELECT q.order_id FROM (SELECT order_id FROM raw.orders WHERE amount > 0) AS q',
      category: null,
    },
    {
      title: 'CTEs in another order',
      before:
        'WITH a AS (SELECT order_id FROM raw.orders), b AS (SELECT order_id FROM raw.items)\nSELECT order_id FROM a UNION ALL SELECT order_id FROM b',
      after:
        'WITH b AS (SELECT order_id FROM raw.items), a AS (SELECT order_id FROM raw.orders)\nSELECT order_id FROM a UNION ALL SELECT order_id FROM b',
      category: null,
    },
    {
      title: '`INNER`, `OUTER`, `AS` and `ASC` are noise',
      before:
        'SELECT o.order_id id, c.name FROM raw.orders o JOIN raw.customers c ON o.customer_id = c.customer_id\nLEFT JOIN raw.items i ON i.order_id = o.order_id ORDER BY id LIMIT 5',
      after:
        'SELECT o.order_id AS id, c.name FROM raw.orders AS o INNER JOIN raw.customers AS c ON o.customer_id = c.customer_id\nLEFT OUTER JOIN raw.items AS i ON i.order_id = o.order_id ORDER BY id ASC LIMIT 5',
      category: null,
    },
    {
      title: '`!=` and `<>`',
      before: "SELECT order_id FROM raw.orders WHERE status != 'void'",
      after: "SELECT order_id FROM raw.orders WHERE status <> 'void'",
      category: null,
    },
    {
      title: 'Redundant parentheses round a whole expression',
      before: 'SELECT amount * 2 AS doubled FROM raw.orders WHERE amount > 0 AND order_id > 5',
      after: 'SELECT ((amount * 2)) AS doubled FROM raw.orders WHERE (amount > 0 AND order_id > 5)',
      category: null,
    },
    {
      title: 'Parentheses round the whole query, and a semicolon',
      before: 'SELECT order_id FROM raw.orders',
      after: '(SELECT order_id FROM raw.orders);',
      category: null,
    },
    {
      title: 'Quotes round a name that needs none',
      before: 'SELECT order_id FROM raw.orders WHERE amount > 0',
      after: 'SELECT "order_id" FROM "raw"."orders" WHERE "amount" > 0',
      category: null,
    },
    {
      title: 'The alias that says what the engine would say anyway',
      before: 'SELECT order_id, amount FROM raw.orders',
      after: 'SELECT order_id AS order_id, amount AS amount FROM raw.orders',
      category: null,
    },
    {
      title: '`SELECT ALL` and `UNION DISTINCT`',
      before: 'SELECT order_id FROM raw.orders UNION SELECT order_id FROM raw.items',
      after: 'SELECT ALL order_id FROM raw.orders UNION DISTINCT SELECT order_id FROM raw.items',
      category: null,
    },
    {
      title: 'A star spelled out',
      before: 'SELECT * FROM raw.customers',
      after: 'SELECT customer_id, name, country FROM raw.customers',
      category: null,
    },
    {
      title: 'Ordinals spelled out',
      before: 'SELECT status, count(*) AS n FROM raw.orders GROUP BY 1',
      after: 'SELECT status, count(*) AS n FROM raw.orders GROUP BY status',
      category: null,
    },
    {
      title: 'FROM first',
      before: 'SELECT order_id FROM raw.orders WHERE amount > 0',
      after: 'FROM raw.orders SELECT order_id WHERE amount > 0',
      category: null,
    },
    {
      title: 'A comma join is a cross join',
      before: 'SELECT o.order_id, c.name FROM raw.orders o, raw.customers c',
      after: 'SELECT o.order_id, c.name FROM raw.orders o CROSS JOIN raw.customers c',
      category: null,
    },
    {
      title: 'An unused CTE goes',
      note: 'Nothing reads it, so nothing that it says matters.',
      before: 'WITH old AS (SELECT * FROM raw.items) SELECT order_id FROM raw.orders',
      after: 'SELECT order_id FROM raw.orders',
      category: null,
    },
    {
      title: 'A filter in a CTE of its own',
      before: 'SELECT order_id FROM raw.orders WHERE amount > 0',
      after: 'WITH paid AS (SELECT * FROM raw.orders WHERE amount > 0) SELECT order_id FROM paid',
      category: null,
    },
  ],
};
