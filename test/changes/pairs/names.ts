import type { Chapter } from '../pair.ts';

const SLIM = 'SELECT order_id, customer_id, amount FROM raw.orders';
const wider = (column: string): string => `SELECT order_id, customer_id, amount, status AS ${column} FROM raw.orders`;

export const names: Chapter = {
  title: 'Names that a new column catches',
  text:
    'Names are resolved against the columns that the inputs have now. A reader whose text is untouched can come to mean ' +
    'something else when a column is added above it: it is then built, and the plan warns at its line. Where the name has ' +
    'become ambiguous, the plan is refused.',
  pairs: [
    {
      title: 'An alias in GROUP BY',
      note: 'A column goes before an alias there.',
      before: SLIM,
      after: wider('size'),
      category: 'non-breaking',
      reasons: ['column size added'],
      readers: [
        {
          sql: 'SELECT amount > 10 AS size, count(*) AS n\nFROM shop.model GROUP BY size',
          becomes: 'rebuilt',
          because: '`size` means the column of `shop.model` now; it meant an alias before',
          words: true,
        },
        {
          sql: 'SELECT amount > 10 AS "large", count(*) AS n FROM shop.model GROUP BY "large"',
          becomes: 'reused',
          because: 'is not used here',
        },
      ],
    },
    {
      title: 'An alias in WHERE',
      before: SLIM,
      after: wider('size'),
      category: 'non-breaking',
      reasons: ['column size added'],
      readers: [
        {
          sql: 'SELECT order_id, amount * 2 AS size FROM shop.model WHERE size > 10',
          becomes: 'rebuilt',
          because: '`size` means the column of `shop.model` now; it meant an alias before',
          words: true,
        },
      ],
    },
    {
      title: 'An alias in HAVING',
      before: SLIM,
      after: wider('size'),
      category: 'non-breaking',
      reasons: ['column size added'],
      readers: [
        {
          sql: 'SELECT customer_id, sum(amount) AS size FROM shop.model GROUP BY customer_id HAVING size > 10',
          becomes: 'rebuilt',
          because: '`size` means the column of `shop.model` now; it meant an alias before',
          words: true,
        },
      ],
    },
    {
      title: 'An alias in ORDER BY',
      note: 'It goes before a column, as the name of an output; in an expression the column goes first.',
      before: SLIM,
      after: wider('size'),
      category: 'non-breaking',
      reasons: ['column size added'],
      readers: [
        {
          sql: 'SELECT order_id, amount * 2 AS size FROM shop.model ORDER BY size DESC',
          becomes: 'reused',
          because: 'is not used here',
        },
        {
          sql: 'SELECT order_id, amount * 2 AS size FROM shop.model ORDER BY abs(size) LIMIT 3',
          becomes: 'rebuilt',
          because: '`size` means the column of `shop.model` now',
          words: true,
        },
      ],
    },
    {
      title: 'A lateral alias',
      note: 'A column goes before an alias of the same list.',
      before: SLIM,
      after: wider('net'),
      category: 'non-breaking',
      reasons: ['column net added'],
      readers: [
        {
          sql: 'SELECT amount / 2 AS net, net + 1 AS more FROM shop.model',
          becomes: 'rebuilt',
          because: '`net` means the column of `shop.model` now; it meant an alias before',
          words: true,
        },
      ],
    },
    {
      title: 'A correlated name',
      note: 'In the subquery the nearest table goes first.',
      before: SLIM,
      after: wider('country'),
      category: 'non-breaking',
      reasons: ['column country added'],
      readers: [
        {
          sql: "SELECT name FROM raw.customers c\nWHERE EXISTS (SELECT 1 FROM shop.model WHERE country = 'CH')",
          becomes: 'rebuilt',
          because: '`country` means the column of `shop.model` now; it meant the column of `raw.customers` before',
          words: true,
        },
        {
          sql: "SELECT name FROM raw.customers c WHERE EXISTS (SELECT 1 FROM shop.model WHERE c.country = 'CH')",
          becomes: 'reused',
          because: 'is not used here',
        },
      ],
    },
    {
      title: 'A name that becomes ambiguous',
      before: SLIM,
      after: wider('country'),
      category: 'non-breaking',
      reasons: ['column country added'],
      readers: [
        {
          sql: 'SELECT order_id, country\nFROM shop.model m JOIN raw.customers c ON m.customer_id = c.customer_id',
          becomes: 'refused',
          because: '1:18 `country` may be a column of `m` or `c`',
        },
        {
          sql: 'SELECT order_id, c.country FROM shop.model m JOIN raw.customers c ON m.customer_id = c.customer_id',
          becomes: 'reused',
          because: 'is not used here',
        },
      ],
    },
    {
      title: 'A name that USING has made one of',
      before: SLIM,
      after: 'SELECT order_id, customer_id, amount, status FROM raw.orders',
      category: 'non-breaking',
      reasons: ['column status added'],
      readers: [
        {
          sql: 'SELECT customer_id, name FROM shop.model JOIN raw.customers USING (customer_id)',
          becomes: 'reused',
          because: 'is not used here',
        },
      ],
    },
    {
      title: 'USING in a chain of joins',
      note: 'The last join takes the name from the tables on its left.',
      before: SLIM,
      after: wider('product'),
      tables: { 'raw.stock': 'product VARCHAR, place VARCHAR' },
      category: 'non-breaking',
      reasons: ['column product added'],
      readers: [
        {
          sql: 'SELECT m.order_id, place FROM shop.model m JOIN raw.items i USING (order_id) JOIN raw.stock USING (product)',
          becomes: 'refused',
          because: '1:93 `product` may be a column of `m` or `i`',
        },
      ],
    },
    {
      title: 'NATURAL joins on every common column',
      before: SLIM,
      after: wider('country'),
      category: 'non-breaking',
      reasons: ['column country added'],
      readers: [
        {
          sql: 'SELECT order_id, name FROM shop.model NATURAL JOIN raw.customers',
          becomes: 'rebuilt',
          because: 'shop.model',
        },
      ],
    },
    {
      title: 'NATURAL and a column that is not common',
      before: SLIM,
      after: wider('state'),
      category: 'non-breaking',
      reasons: ['column state added'],
      readers: [
        {
          sql: 'SELECT order_id, name FROM shop.model NATURAL JOIN raw.customers',
          becomes: 'reused',
          because: 'is not used here',
        },
      ],
    },
    {
      title: 'A list of column aliases goes by position',
      before: SLIM,
      after: 'SELECT customer_id, order_id, amount FROM raw.orders',
      category: 'non-breaking',
      reasons: ['column order, spelling'],
      readers: [
        { sql: 'SELECT x FROM shop.model AS t(x, y)', becomes: 'rebuilt', because: 'shop.model' },
        { sql: 'SELECT amount FROM shop.model AS t(x, y)', becomes: 'reused', because: 'is not used here' },
      ],
    },
    {
      title: 'A column within the reach of a list of column aliases',
      before: SLIM,
      after: 'SELECT status, order_id, customer_id, amount FROM raw.orders',
      category: 'non-breaking',
      reasons: ['column status added'],
      readers: [{ sql: 'SELECT y FROM shop.model AS t(x, y)', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'A position in place of a name',
      before: SLIM,
      after: 'SELECT customer_id, order_id, amount FROM raw.orders',
      category: 'non-breaking',
      reasons: ['column order, spelling'],
      readers: [{ sql: 'SELECT #2 AS second FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'A whole row as a value',
      note: 'It holds every column.',
      before: SLIM,
      after: wider('size'),
      category: 'non-breaking',
      reasons: ['column size added'],
      readers: [{ sql: 'SELECT m AS record FROM shop.model m', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'A whole row that a column catches',
      before: SLIM,
      after: wider('m'),
      category: 'non-breaking',
      reasons: ['column m added'],
      readers: [{ sql: 'SELECT m AS record FROM shop.model m', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'The fields of a struct against the columns of a table',
      note: 'A table goes before a column of its name.',
      tables: { 'raw.events': 'order_id INTEGER, m STRUCT(amount INTEGER)' },
      before: SLIM,
      after: 'SELECT order_id, customer_id, status FROM raw.orders',
      category: 'breaking',
      reasons: ['column status added', 'column amount removed'],
      readers: [
        {
          sql: 'SELECT m.amount AS a FROM shop.model m JOIN raw.events e ON m.order_id = e.order_id',
          becomes: 'rebuilt',
          because: 'shop.model',
        },
      ],
    },
    {
      title: 'A CTE that bears the name of a table',
      before: SLIM,
      after: wider('size'),
      category: 'non-breaking',
      reasons: ['column size added'],
      readers: [
        {
          sql: 'WITH model AS (SELECT order_id FROM shop.model) SELECT * FROM model',
          becomes: 'reused',
          because: 'is not used here',
        },
      ],
    },
  ],
};
