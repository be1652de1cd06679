import type { Chapter } from '../pair.ts';

const LATEST =
  'SELECT order_id, customer_id, row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at) AS place FROM raw.orders';
const later = (sql: string) => ({ sql, daysLater: 1 });
const added = (sql: string, column: string): string => sql.replace(' FROM', `, ${column} FROM`);

export const builds: Chapter = {
  title: 'The clock, ties and chance',
  text:
    'What `now()`, `random()`, ties in a window and the like give can differ from one build of the same meaning to the ' +
    'next. Readers of such a column are kept only beside the very build that they have read; readers of the other columns ' +
    'never notice.',
  pairs: [
    {
      title: 'The next day, and a column that holds the date',
      before: 'SELECT order_id, current_date AS day FROM raw.orders',
      after: later('SELECT order_id, current_date AS day FROM raw.orders'),
      category: null,
      itself: 'rebuilt',
      readers: [
        { sql: 'SELECT order_id FROM shop.model', becomes: 'reused', because: 'shop.model' },
        { sql: 'SELECT order_id, day FROM shop.model', becomes: 'rebuilt', because: 'shop.model' },
      ],
    },
    {
      title: 'The next day, and a filter by the clock',
      before: 'SELECT order_id FROM raw.orders WHERE ordered_at > now()',
      after: later('SELECT order_id FROM raw.orders WHERE ordered_at > now()'),
      category: null,
      itself: 'rebuilt',
      readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'The next day, and `clock: ignore`',
      before: {
        sql: 'SELECT order_id, now() AS loaded FROM raw.orders',
        yaml: 'clock: ignore',
        head: { clock: 'ignore' },
      },
      after: {
        sql: 'SELECT order_id, now() AS loaded FROM raw.orders',
        yaml: 'clock: ignore',
        head: { clock: 'ignore' },
        daysLater: 1,
      },
      category: null,
      readers: [{ sql: 'SELECT loaded FROM shop.model', becomes: 'reused', because: 'unchanged' }],
    },
    {
      title: 'A column comes beside the clock, and `clock: ignore`',
      note: 'The table is built anew, and with it what the engine takes for now.',
      before: {
        sql: 'SELECT order_id, now() AS loaded FROM raw.orders',
        yaml: 'clock: ignore',
        head: { clock: 'ignore' },
      },
      after: {
        sql: 'SELECT order_id, now() AS loaded, amount FROM raw.orders',
        yaml: 'clock: ignore',
        head: { clock: 'ignore' },
      },
      category: 'non-breaking',
      reasons: ['column amount added'],
      readers: [
        { sql: 'SELECT order_id FROM shop.model', becomes: 'reused', because: 'is not used here' },
        { sql: 'SELECT loaded FROM shop.model', becomes: 'rebuilt', because: 'shop.model' },
      ],
    },
    {
      title: 'The next day, and no clock',
      before: 'SELECT order_id FROM raw.orders',
      after: later('SELECT order_id FROM raw.orders'),
      category: null,
    },
    {
      title: 'A column comes beside a tied row number',
      note: 'The table is built anew, and with it the order of rows that tie.',
      before: LATEST,
      after: added(LATEST, 'amount'),
      category: 'non-breaking',
      reasons: ['column amount added'],
      readers: [
        { sql: 'SELECT order_id FROM shop.model', becomes: 'reused', because: 'is not used here' },
        { sql: 'SELECT order_id FROM shop.model WHERE place = 1', becomes: 'rebuilt', because: 'shop.model' },
      ],
    },
    {
      title: 'A column comes beside a row number without ties',
      unique: { 'raw.orders': 'order_id' },
      before: 'SELECT customer_id, row_number() OVER (ORDER BY ordered_at, order_id) AS place FROM raw.orders',
      after: 'SELECT customer_id, row_number() OVER (ORDER BY ordered_at, order_id) AS place, amount FROM raw.orders',
      category: 'non-breaking',
      reasons: ['column amount added'],
      readers: [
        { sql: 'SELECT customer_id FROM shop.model WHERE place = 1', becomes: 'reused', because: 'is not used here' },
      ],
    },
    {
      title: 'A column comes beside a rank',
      note: 'Rows that tie have the same rank, whichever comes first.',
      before: 'SELECT order_id, rank() OVER (ORDER BY ordered_at) AS place FROM raw.orders',
      after: 'SELECT order_id, rank() OVER (ORDER BY ordered_at) AS place, amount FROM raw.orders',
      category: 'non-breaking',
      reasons: ['column amount added'],
      readers: [
        { sql: 'SELECT order_id FROM shop.model WHERE place = 1', becomes: 'reused', because: 'is not used here' },
      ],
    },
    {
      title: 'A column comes beside LIMIT with a total order',
      before:
        'SELECT customer_id, sum(amount) AS total FROM raw.orders GROUP BY customer_id\nORDER BY total, customer_id LIMIT 10',
      after:
        'SELECT customer_id, sum(amount) AS total, count(*) AS n FROM raw.orders GROUP BY customer_id\nORDER BY total, customer_id LIMIT 10',
      category: 'non-breaking',
      reasons: ['column n added'],
      readers: [{ sql: 'SELECT customer_id FROM shop.model', becomes: 'reused', because: 'is not used here' }],
    },
    {
      title: 'A column comes beside DISTINCT ON',
      before: 'SELECT DISTINCT ON (customer_id) customer_id, order_id FROM raw.orders ORDER BY customer_id, amount',
      after:
        'SELECT DISTINCT ON (customer_id) customer_id, order_id, status FROM raw.orders ORDER BY customer_id, amount',
      category: 'non-breaking',
      reasons: ['column status added'],
      readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'DISTINCT ON in a branch, which an ORDER BY behind all does not order',
      before:
        'SELECT DISTINCT ON (customer_id) order_id FROM raw.orders UNION ALL SELECT order_id FROM raw.items ORDER BY order_id',
      after:
        'SELECT DISTINCT ON (customer_id) order_id, 1 AS n FROM raw.orders UNION ALL SELECT order_id, 2 FROM raw.items ORDER BY order_id',
      category: 'non-breaking',
      reasons: ['column n added'],
      readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'A column comes over a source that cannot be pinned',
      note: 'Each build sees what is there at that moment.',
      live: ['raw.orders'],
      before: 'SELECT order_id FROM raw.orders',
      after: 'SELECT order_id, amount FROM raw.orders',
      category: 'non-breaking',
      reasons: ['column amount added'],
      readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'A column comes beside `random()`',
      before: 'SELECT order_id, random() AS dice FROM raw.orders',
      after: 'SELECT order_id, random() AS dice, amount FROM raw.orders',
      category: 'non-breaking',
      reasons: ['column amount added'],
      readers: [
        { sql: 'SELECT order_id FROM shop.model', becomes: 'reused', because: 'is not used here' },
        { sql: 'SELECT dice FROM shop.model', becomes: 'rebuilt', because: 'shop.model' },
      ],
    },
    {
      title: 'A column comes beside a filter by `random()`',
      before: 'SELECT order_id FROM raw.orders WHERE random() < 0.5',
      after: 'SELECT order_id, amount FROM raw.orders WHERE random() < 0.5',
      category: 'non-breaking',
      reasons: ['column amount added'],
      readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'A column comes beside LIMIT without a total order',
      before: 'SELECT order_id FROM raw.orders ORDER BY amount LIMIT 10',
      after: 'SELECT order_id, status FROM raw.orders ORDER BY amount LIMIT 10',
      category: 'non-breaking',
      reasons: ['column status added'],
      readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'A column comes beside a list that has no order',
      before: "SELECT customer_id, string_agg(status, ',') AS states FROM raw.orders GROUP BY customer_id",
      after:
        "SELECT customer_id, string_agg(status, ',') AS states, count(*) AS n FROM raw.orders GROUP BY customer_id",
      category: 'non-breaking',
      reasons: ['column n added'],
      readers: [
        { sql: 'SELECT states FROM shop.model', becomes: 'rebuilt', because: 'shop.model' },
        { sql: 'SELECT customer_id FROM shop.model', becomes: 'reused', because: 'is not used here' },
      ],
    },
    {
      title: 'A column comes beside a float sum',
      note: 'Equal to twelve digits is equal: a float sum is determinate.',
      before: 'SELECT customer_id, sum(amount::DOUBLE) AS total FROM raw.orders GROUP BY customer_id',
      after: 'SELECT customer_id, sum(amount::DOUBLE) AS total, count(*) AS n FROM raw.orders GROUP BY customer_id',
      category: 'non-breaking',
      reasons: ['column n added'],
      readers: [{ sql: 'SELECT total FROM shop.model', becomes: 'reused', because: 'is not used here' }],
    },
    {
      title: 'The order of a table, and a reader that counts on it',
      note: 'A construct that depends on the order of rows takes in the build of what it reads.',
      before: 'SELECT order_id, amount FROM raw.orders ORDER BY order_id',
      after: 'SELECT order_id, amount FROM raw.orders ORDER BY amount',
      category: 'non-breaking',
      reasons: ['ORDER BY changed'],
      readers: [
        { sql: 'SELECT first(order_id) AS one FROM shop.model', becomes: 'rebuilt', because: 'shop.model' },
        { sql: 'SELECT order_id FROM shop.model LIMIT 1', becomes: 'rebuilt', because: 'shop.model' },
        { sql: 'SELECT max(order_id) AS top FROM shop.model', becomes: 'reused', because: 'is not used here' },
      ],
    },
    {
      title: 'The order within a list that has one',
      before:
        "SELECT customer_id, string_agg(status, ',' ORDER BY order_id) AS states FROM raw.orders GROUP BY customer_id",
      after:
        "SELECT customer_id, string_agg(status, ',' ORDER BY amount) AS states FROM raw.orders GROUP BY customer_id",
      category: 'breaking',
      reasons: ['column states changed'],
      readers: [{ sql: 'SELECT customer_id FROM shop.model', becomes: 'reused', because: 'is not used here' }],
    },
  ],
};
