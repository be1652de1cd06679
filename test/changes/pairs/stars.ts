import type { Chapter } from '../pair.ts';

const before = 'SELECT order_id, amount FROM raw.orders';
const after = 'SELECT order_id, amount, status FROM raw.orders';
const shared = { before, after, category: 'non-breaking', reasons: ['column status added'] } as const;

export const stars: Chapter = {
  title: 'Stars',
  text: 'A star stands for the columns that there are now.',
  pairs: [
    {
      title: 'A star over a table that gains a column',
      ...shared,
      readers: [
        { sql: 'SELECT * FROM shop.model', becomes: 'rebuilt', because: 'shop.model' },
        { sql: 'SELECT m.* FROM shop.model m', becomes: 'rebuilt', because: 'shop.model' },
        {
          sql: 'SELECT i.* FROM shop.model m JOIN raw.items i USING (order_id)',
          becomes: 'reused',
          because: 'not used',
        },
      ],
    },
    {
      title: 'A star that leaves a column out',
      before: 'SELECT order_id, amount, status FROM raw.orders',
      after: 'SELECT order_id, amount / 100 AS amount, status FROM raw.orders',
      category: 'breaking',
      reasons: ['column amount changed'],
      readers: [
        { sql: 'SELECT * EXCLUDE (amount) FROM shop.model', becomes: 'reused', because: 'is not used here' },
        { sql: 'SELECT * EXCLUDE (status) FROM shop.model', becomes: 'rebuilt', because: 'shop.model.amount' },
      ],
    },
    {
      title: 'A star within, of which only some columns are used',
      ...shared,
      readers: [
        { sql: 'SELECT order_id FROM (SELECT * FROM shop.model) AS m', becomes: 'reused', because: 'is not used here' },
        { sql: 'WITH m AS (FROM shop.model) SELECT amount FROM m', becomes: 'reused', because: 'is not used here' },
      ],
    },
    {
      title: 'A star under DISTINCT',
      ...shared,
      readers: [
        {
          sql: 'SELECT order_id FROM (SELECT DISTINCT * FROM shop.model) AS m',
          becomes: 'rebuilt',
          because: 'shop.model',
        },
      ],
    },
    {
      title: 'count(*) counts rows',
      ...shared,
      readers: [{ sql: 'SELECT count(*) AS n FROM shop.model', becomes: 'reused', because: 'is not used here' }],
    },
    {
      title: 'A star in a set operation goes by position',
      before,
      after: 'SELECT amount, order_id FROM raw.orders',
      category: 'non-breaking',
      reasons: ['column order, spelling'],
      readers: [
        {
          sql: 'SELECT order_id, price FROM raw.items UNION ALL SELECT * FROM shop.model',
          becomes: 'rebuilt',
          because: 'shop.model',
        },
      ],
    },
    {
      title: 'REPLACE changes one column of a star',
      before: 'SELECT * FROM raw.orders',
      after: 'SELECT * REPLACE (amount / 100 AS amount) FROM raw.orders',
      category: 'breaking',
      reasons: ['column amount changed'],
      readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'reused', because: 'is not used here' }],
    },
    {
      title: 'EXCLUDE drops a column',
      before: 'SELECT * FROM raw.orders',
      after: 'SELECT * EXCLUDE (amount) FROM raw.orders',
      category: 'breaking',
      reasons: ['column amount removed'],
      readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'reused', because: 'is not used here' }],
    },
    {
      title: 'RENAME renames one',
      before: 'SELECT * FROM raw.orders',
      after: 'SELECT * RENAME (amount AS net) FROM raw.orders',
      category: 'breaking',
      reasons: ['column net added', 'column amount removed'],
    },
    {
      title: 'A source gains a column under a star',
      note: 'The query is the same and gives another table: nobody edited it, and it is built.',
      before: 'SELECT * FROM raw.customers',
      after: {
        sql: 'SELECT * FROM raw.customers',
        tables: { 'raw.customers': 'customer_id INTEGER, name VARCHAR, country VARCHAR, age INTEGER' },
        newData: ['raw.customers'],
      },
      category: null,
      itself: 'rebuilt',
      readers: [{ sql: 'SELECT name FROM shop.model', becomes: 'rebuilt', because: 'newer data' }],
    },
  ],
};
