import type { Chapter, Reader } from '../pair.ts';

const at = { file: 'models/shop/model.sql', line: 1, column: 1 };
const sql = 'SELECT order_id, amount FROM raw.orders';
const KEPT: readonly Reader[] = [{ sql: 'SELECT order_id FROM shop.model', becomes: 'reused', because: '' }];

export const own: Chapter = {
  title: 'What matters to the table alone',
  text: 'Order, storage and words about the table reach no reader.',
  pairs: [
    {
      title: 'ORDER BY without LIMIT',
      before: sql,
      after: `${sql} ORDER BY amount`,
      category: 'non-breaking',
      reasons: ['ORDER BY added'],
      readers: [...KEPT, { sql: 'SELECT * FROM shop.model', becomes: 'reused', because: 'is not used here' }],
    },
    {
      title: 'ORDER BY changes, without LIMIT',
      before: `${sql} ORDER BY amount`,
      after: `${sql} ORDER BY amount DESC NULLS LAST`,
      category: 'non-breaking',
      reasons: ['ORDER BY changed'],
      readers: KEPT,
    },
    {
      title: 'A storage option',
      before: sql,
      after: {
        sql,
        yaml: 'storage: { partitioned_by: [order_id] }',
        head: { storage: { partitioned_by: ['order_id'] } },
      },
      category: 'non-breaking',
      reasons: ['storage or kind changed'],
      readers: KEPT,
    },
    {
      title: 'A table becomes a view',
      before: sql,
      after: { sql, yaml: 'kind: view', head: { materialized: 'view' } },
      category: 'non-breaking',
      reasons: ['kind changed'],
      readers: KEPT,
    },
    {
      title: 'A description',
      before: sql,
      after: { sql, yaml: 'description: Orders as they came in', head: { description: 'Orders as they came in' } },
      category: 'metadata',
      reasons: ['description, owner, tags, grants, audits or export changed'],
      readers: KEPT,
    },
    {
      title: 'An audit',
      before: sql,
      after: {
        sql,
        yaml: 'audits: [not_null: order_id]',
        head: { audits: [{ type: 'not_null', columns: ['order_id'], severity: 'error', at }] },
      },
      category: 'metadata',
      reasons: ['description, owner, tags, grants, audits or export changed'],
      readers: KEPT,
    },
    {
      title: 'A grant',
      before: sql,
      after: {
        sql,
        yaml: 'grants: { readers: select }',
        head: { grants: [{ role: 'readers', privileges: ['select'], at }] },
      },
      category: 'metadata',
      reasons: ['description, owner, tags, grants, audits or export changed'],
      readers: KEPT,
    },
    {
      title: 'A description of a column',
      before: sql,
      after: {
        sql,
        yaml: 'columns: { amount: { description: In cents } }',
        head: { columns: [{ name: 'amount', type: null, description: 'In cents' }] },
      },
      category: 'metadata',
      reasons: ['description, owner, tags, grants, audits or export changed'],
      readers: KEPT,
    },
    {
      title: 'A declared type of a column',
      before: sql,
      after: {
        sql,
        yaml: 'columns: { amount: DOUBLE }',
        head: { columns: [{ name: 'amount', type: 'DOUBLE', description: null }] },
      },
      category: 'breaking',
      reasons: ['column amount changed'],
      readers: [
        { sql: 'SELECT amount FROM shop.model', becomes: 'rebuilt', because: 'shop.model.amount' },
        { sql: 'SELECT order_id FROM shop.model', becomes: 'reused', because: 'is not used here' },
      ],
    },
  ],
};
