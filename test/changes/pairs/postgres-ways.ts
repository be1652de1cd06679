import { LOUDER, type Chapter, type Pair } from '../pair.ts';

const LONG = 'the_total_of_all_that_was_paid_for_this_order_in_the_month_before';

const PAIRS: readonly Omit<Pair, 'dialect'>[] = [
  {
    title: 'A column that names one without a name',
    note: 'PostgreSQL calls a cast, a field, an element and what ELSE gives after the column.',
    before: 'SELECT o.price::bigint FROM (SELECT amount AS price FROM raw.orders) o',
    after: 'SELECT o.total::bigint FROM (SELECT amount AS total FROM raw.orders) o',
    category: 'breaking',
  },
  {
    title: 'A column that names an element of XML',
    before: 'WITH o AS (SELECT amount AS price FROM raw.orders) SELECT xmlforest(price)::text AS x FROM o',
    after: 'WITH o AS (SELECT amount AS total FROM raw.orders) SELECT xmlforest(total)::text AS x FROM o',
    category: 'breaking',
    reasons: ['column x changed'],
  },
  {
    title: 'A literal that PostgreSQL reads off its clock',
    note: 'It differs from build to build, as `random()` does; `current_date` is the clock of the revision.',
    before: "SELECT order_id, ordered_at > 'yesterday'::timestamp AS fresh FROM raw.orders",
    after: "SELECT order_id, ordered_at > 'yesterday'::timestamp AS fresh, amount FROM raw.orders",
    category: 'non-breaking',
    readers: [
      { sql: 'SELECT order_id FROM shop.model', becomes: 'reused', because: 'is not used here' },
      { sql: 'SELECT order_id FROM shop.model WHERE fresh', becomes: 'rebuilt', because: 'shop.model' },
    ],
  },
  {
    title: 'A shuffled list',
    before: 'SELECT order_id, array_shuffle(tags) AS tags FROM raw.items',
    after: 'SELECT order_id, array_shuffle(tags) AS tags, price FROM raw.items',
    category: 'non-breaking',
    readers: [{ sql: 'SELECT tags FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
  },
  {
    title: 'ORDER BY multiplies rows',
    note: 'A function that gives many rows does so wherever it stands.',
    before: 'SELECT order_id FROM raw.orders ORDER BY order_id',
    after: 'SELECT order_id FROM raw.orders ORDER BY generate_series(1, order_id)',
    category: 'breaking',
    readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
  },
  {
    title: 'WINDOW multiplies rows',
    before: 'SELECT order_id, rank() OVER w AS r FROM raw.orders WINDOW w AS (ORDER BY generate_series(1, 2))',
    after: 'SELECT order_id, rank() OVER w AS r FROM raw.orders WINDOW w AS (ORDER BY generate_series(1, 3))',
    category: 'breaking',
    readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
  },
  {
    title: 'HAVING sees no aliases',
    note: 'It sees the columns of the query round it.',
    ...LOUDER,
    readers: [
      {
        sql: `SELECT order_id FROM shop.model
  WHERE EXISTS (SELECT price AS status FROM raw.items GROUP BY price HAVING status = 'paid')`,
        becomes: 'rebuilt',
        because: 'status',
      },
    ],
  },
  {
    title: 'The fields of a row',
    note: 'How many columns `(m).*` stands for is not looked into.',
    ...LOUDER,
    readers: [
      { sql: 'SELECT (m).* FROM shop.model m', becomes: 'rebuilt', because: 'shop.model' },
      { sql: 'SELECT b FROM (SELECT (m).* FROM shop.model m) AS f(a, b)', becomes: 'rebuilt', because: 'shop.model' },
      { sql: 'SELECT (m).amount FROM shop.model m', becomes: 'rebuilt', because: 'shop.model' },
    ],
  },
  {
    title: 'NATURAL beside a function whose columns nobody knows',
    before: 'SELECT order_id, 7 AS c FROM raw.orders',
    after: 'SELECT order_id, 7 AS d FROM raw.orders',
    category: 'breaking',
    readers: [
      {
        sql: 'SELECT order_id FROM generate_series(1, 9) AS g(c) NATURAL JOIN shop.model',
        becomes: 'rebuilt',
        because: 'shop.model',
      },
    ],
  },
  {
    title: 'Names that differ behind 63 bytes',
    note: 'PostgreSQL cuts them there, and takes them for one.',
    before: `SELECT order_id, amount AS ${LONG}_a FROM raw.orders`,
    after: `SELECT order_id, amount / 100 AS ${LONG}_b FROM raw.orders`,
    category: 'breaking',
    readers: [
      { sql: `SELECT ${LONG}_c AS x FROM shop.model`, becomes: 'rebuilt', because: 'shop.model' },
      { sql: 'SELECT order_id FROM shop.model', becomes: 'reused', because: 'is not used here' },
    ],
  },
  {
    title: 'A table without those that inherit from it',
    before: 'SELECT order_id FROM raw.orders',
    after: 'SELECT order_id FROM ONLY raw.orders',
    category: 'breaking',
    reasons: ['FROM changed'],
  },
  {
    title: 'The types in a list of columns',
    before: `SELECT total FROM json_to_record('{"total": 1}') AS t(total integer)`,
    after: `SELECT total FROM json_to_record('{"total": 1}') AS t(total text)`,
    category: 'breaking',
    reasons: ['FROM changed'],
  },
];

export const postgresWays: Chapter = {
  title: 'What PostgreSQL reads in ways of its own',
  text: 'What stands in one place has a say in others.',
  pairs: PAIRS.map((pair) => ({ ...pair, dialect: 'postgres' })),
};
