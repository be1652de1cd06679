import type { Chapter } from '../pair.ts';

const sql = 'SELECT order_id, amount FROM raw.orders';
const retyped = {
  'raw.orders': 'order_id INTEGER, customer_id INTEGER, amount DOUBLE, status VARCHAR, ordered_at TIMESTAMP',
};

export const sources: Chapter = {
  title: 'Sources',
  text: 'New data and new code are one mechanism: what a source delivered is part of what its readers mean.',
  pairs: [
    {
      title: 'Newer data',
      before: sql,
      after: { sql, newData: ['raw.orders'] },
      category: null,
      itself: 'rebuilt',
      readers: [
        { sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'newer data' },
        { sql: 'SELECT name FROM raw.customers', becomes: 'reused', because: 'unchanged' },
      ],
    },
    {
      title: 'The type of a source column changes',
      before: sql,
      after: { sql, tables: retyped },
      category: null,
      itself: 'rebuilt',
      readers: [{ sql: 'SELECT amount FROM shop.model', becomes: 'rebuilt', because: 'newer data' }],
    },
    {
      title: 'A source loses a column that is used',
      note: 'Told by the plan, before anything is built.',
      before: 'SELECT name,\n  country FROM raw.customers',
      after: {
        sql: 'SELECT name,\n  country FROM raw.customers',
        tables: { 'raw.customers': 'customer_id INTEGER, name VARCHAR' },
      },
      category: null,
      itself: 'refused',
      error: '2:3 there is no column `country`',
    },
  ],
};
