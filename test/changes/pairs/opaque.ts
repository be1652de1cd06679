import { asNodeName } from '../../../src/model/ids.ts';
import type { Chapter } from '../pair.ts';

const SLIM = 'SELECT order_id, customer_id, amount FROM raw.orders';
const WIDE = 'SELECT order_id, customer_id, amount, status FROM raw.orders';
const gained = { before: SLIM, after: WIDE, category: 'non-breaking', reasons: ['column status added'] } as const;

export const opaque: Chapter = {
  title: 'What the reader does not see through',
  text:
    'A missed reuse costs seconds, a wrong one is a wrong number. What is not understood depends on everything that it ' +
    'can see.',
  pairs: [
    {
      title: 'PIVOT makes columns of data',
      ...gained,
      readers: [
        { sql: 'PIVOT shop.model ON customer_id USING sum(amount)', becomes: 'rebuilt', because: 'shop.model' },
      ],
    },
    {
      title: 'COLUMNS picks columns by a pattern',
      ...gained,
      readers: [{ sql: "SELECT COLUMNS('a.*') FROM shop.model", becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'A function that nobody knows may be an aggregate',
      before: 'SELECT order_id FROM raw.orders',
      after: 'SELECT order_id, my_function(amount) AS x FROM raw.orders',
      category: 'breaking',
      readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: '`opaque: true`',
      before: { sql: SLIM, yaml: 'opaque: true', head: { opaque: true } },
      after: { sql: WIDE, yaml: 'opaque: true', head: { opaque: true } },
      category: 'breaking',
      reasons: ['query changed'],
      readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'Letter case, where nobody knows which names are columns of the result',
      note: 'How the columns are spelled is part of the table.',
      before: 'SELECT * FROM (PIVOT raw.orders ON status USING sum(amount) AS Total GROUP BY customer_id)',
      after: 'SELECT * FROM (PIVOT raw.orders ON status USING sum(amount) AS total GROUP BY customer_id)',
      category: 'breaking',
    },
    {
      title: 'Letter case under `opaque: true`',
      before: { sql: 'SELECT order_id AS Id FROM raw.orders', yaml: 'opaque: true', head: { opaque: true } },
      after: { sql: 'select order_id AS id FROM raw.orders', yaml: 'opaque: true', head: { opaque: true } },
      category: 'breaking',
      reasons: ['query changed'],
    },
    {
      title: 'Names for columns that nobody knows',
      before: 'SELECT * FROM (PIVOT raw.orders ON status USING sum(amount)) AS per_status(a, b)',
      after: 'SELECT * FROM (PIVOT raw.orders ON status USING sum(amount)) AS per_status(a, c)',
      category: 'breaking',
    },
    {
      title: 'The alias of a function names its column',
      note: 'In PostgreSQL and most others, not in DuckDB.',
      dialect: 'postgres',
      before: 'SELECT * FROM generate_series(1, 3) AS n',
      after: 'SELECT * FROM generate_series(1, 3) AS m',
      category: 'breaking',
    },
    {
      title: '`depends_on` comes',
      note: 'It names what the SQL does not show.',
      before: SLIM,
      after: { sql: SLIM, yaml: 'depends_on: [raw.items]', head: { dependsOn: [asNodeName('raw.items')] } },
      category: 'breaking',
      reasons: ['depends_on added'],
      readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'whose rows changed' }],
    },
    {
      title: 'What `depends_on` names has newer data',
      before: { sql: SLIM, yaml: 'depends_on: [raw.items]', head: { dependsOn: [asNodeName('raw.items')] } },
      after: {
        sql: SLIM,
        yaml: 'depends_on: [raw.items]',
        head: { dependsOn: [asNodeName('raw.items')] },
        newData: ['raw.items'],
      },
      category: null,
      itself: 'rebuilt',
    },
  ],
};
