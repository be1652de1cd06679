import { LOUDER, type Chapter } from '../pair.ts';

export const ownWays: Chapter = {
  title: 'What engines read in ways of their own',
  text:
    'Names stand where standard SQL has none, the names of columns become parts of types, of text and of other names. ' +
    'Where it says no other, it is DuckDB.',
  pairs: [
    {
      title: 'A function that is written behind its argument',
      ...LOUDER,
      readers: [
        { sql: "SELECT status.concat('!') AS loud FROM shop.model", becomes: 'rebuilt', because: 'status' },
        { sql: 'SELECT m.status.length().abs() AS n FROM shop.model m', becomes: 'rebuilt', because: 'status' },
        { sql: 'SELECT amount.abs() AS size FROM shop.model', becomes: 'reused', because: 'is not used here' },
      ],
    },
    {
      title: 'A lambda of two arguments',
      before: 'SELECT tags, price FROM raw.items',
      after: 'SELECT tags, price * 2 AS price FROM raw.items',
      category: 'breaking',
      readers: [
        {
          sql: "SELECT list_reduce(tags, lambda a, b: a || b, '') AS all_tags FROM shop.model",
          becomes: 'reused',
          because: 'is not used here',
        },
        {
          sql: 'SELECT list_filter(tags, lambda tag, place: place < price) AS first_tags FROM shop.model',
          becomes: 'rebuilt',
          because: 'price',
        },
      ],
    },
    {
      title: 'A window ordered by an expression',
      ...LOUDER,
      readers: [
        {
          sql: "SELECT order_id, rank() OVER (ORDER BY CASE WHEN status = 'PAID' THEN 0 ELSE 1 END) AS r FROM shop.model",
          becomes: 'rebuilt',
          because: 'status',
        },
        {
          sql: 'SELECT order_id, rank() OVER (ORDER BY -amount) AS r FROM shop.model',
          becomes: 'reused',
          because: 'is not used here',
        },
      ],
    },
    {
      title: 'A column that is called like an operator',
      before: 'SELECT order_id, amount AS "between" FROM raw.orders',
      after: 'SELECT order_id, amount * 2 AS "between" FROM raw.orders',
      category: 'breaking',
      readers: [
        { sql: 'SELECT between + 1 AS x FROM shop.model', becomes: 'rebuilt', because: 'between' },
        {
          sql: 'SELECT order_id NOT BETWEEN 1 AND 5 AS x FROM shop.model',
          becomes: 'reused',
          because: 'is not used here',
        },
      ],
    },
    {
      title: 'A qualified column that is called like a clause',
      before: 'SELECT order_id, amount AS "limit" FROM raw.orders',
      after: 'SELECT order_id, amount * 2 AS "limit" FROM raw.orders',
      category: 'breaking',
      readers: [{ sql: 'SELECT m.limit AS x FROM shop.model m', becomes: 'rebuilt', because: 'limit' }],
    },
    {
      title: 'Names that differ by the case of a letter that is not ASCII',
      note: 'DuckDB and PostgreSQL take them for two names.',
      before: 'SELECT order_id, amount AS "GRÖSSE", customer_id AS "größe" FROM raw.orders',
      after: 'SELECT order_id, amount AS "GRÖSSE", -customer_id AS "größe" FROM raw.orders',
      category: 'breaking',
      readers: [
        { sql: 'SELECT größe FROM shop.model', becomes: 'rebuilt', because: 'größe' },
        { sql: 'SELECT GRÖSSE FROM shop.model', becomes: 'reused', because: 'is not used here' },
      ],
    },
    {
      title: 'A column that names the field of a struct',
      before: 'WITH paid AS (SELECT amount AS price FROM raw.orders) SELECT struct_pack(price) AS s FROM paid',
      after: 'WITH paid AS (SELECT amount AS total FROM raw.orders) SELECT struct_pack(total) AS s FROM paid',
      category: 'breaking',
      readers: [{ sql: 'SELECT s FROM shop.model', becomes: 'rebuilt', because: 'shop.model.s' }],
    },
    {
      title: 'The spelling of a column that names the field of a struct',
      before: 'SELECT order_id, amount AS total FROM raw.orders',
      after: 'SELECT order_id, amount AS Total FROM raw.orders',
      category: 'non-breaking',
      readers: [
        { sql: 'SELECT struct_pack(total) AS s FROM shop.model', becomes: 'rebuilt', because: 'shop.model' },
        { sql: 'SELECT struct_pack(t := total) AS s FROM shop.model', becomes: 'reused', because: 'is not used here' },
      ],
    },
    {
      title: 'Letter case of a field in a cast',
      before: 'SELECT CAST(NULL AS STRUCT(total INTEGER)) AS s FROM raw.orders',
      after: 'SELECT CAST(NULL AS STRUCT(Total INTEGER)) AS s FROM raw.orders',
      category: 'breaking',
      reasons: ['column s changed'],
    },
    {
      title: 'Letter case of the columns that a CTE lists',
      before: 'WITH paid(total) AS (SELECT amount FROM raw.orders) SELECT * FROM paid',
      after: 'WITH paid(Total) AS (SELECT amount FROM raw.orders) SELECT * FROM paid',
      category: 'non-breaking',
    },
    {
      title: 'The alias of a table in the name of a column that has none of its own',
      note: 'DuckDB calls the column `CASE  WHEN ((o.amount > 0)) THEN (1) ELSE NULL END`.',
      before: 'SELECT CASE WHEN o.amount > 0 THEN 1 END FROM raw.orders o',
      after: 'SELECT CASE WHEN p.amount > 0 THEN 1 END FROM raw.orders p',
      category: 'breaking',
    },
    {
      title: 'Which of two columns that call `random()`',
      before: 'WITH d AS (SELECT random() AS a, random() AS b FROM raw.orders) SELECT a - a AS x FROM d',
      after: 'WITH d AS (SELECT random() AS a, random() AS b FROM raw.orders) SELECT a - b AS x FROM d',
      category: 'breaking',
      reasons: ['column x changed'],
    },
    {
      title: 'A CTE that calls `random()` and is read twice',
      note: 'What is materialised is drawn once.',
      before: 'WITH d AS (SELECT random() AS r) SELECT a.r = b.r AS x FROM d a, d b',
      after: 'WITH d AS NOT MATERIALIZED (SELECT random() AS r) SELECT a.r = b.r AS x FROM d a, d b',
      category: 'breaking',
    },
    {
      title: 'NOT MATERIALIZED, where nothing differs by itself',
      before: 'WITH d AS (SELECT order_id AS r FROM raw.orders) SELECT a.r = b.r AS x FROM d a, d b',
      after: 'WITH d AS NOT MATERIALIZED (SELECT order_id AS r FROM raw.orders) SELECT a.r = b.r AS x FROM d a, d b',
      category: null,
    },
    {
      title: 'The keys of a map are expressions',
      before: 'SELECT order_id, status, amount FROM raw.orders',
      after: 'SELECT order_id + 1 AS order_id, status, amount FROM raw.orders',
      category: 'breaking',
      readers: [
        { sql: 'SELECT MAP {order_id: amount} AS x FROM shop.model', becomes: 'rebuilt', because: 'order_id' },
        { sql: 'SELECT {order_id: amount} AS x FROM shop.model', becomes: 'reused', because: 'is not used here' },
      ],
    },
    {
      title: 'The spelling of a column that RIGHT JOIN … USING gives',
      before: 'SELECT order_id, status FROM raw.orders',
      after: 'SELECT order_id AS Order_ID, status FROM raw.orders',
      category: 'non-breaking',
      readers: [
        {
          sql: 'SELECT order_id FROM raw.items RIGHT JOIN shop.model USING (order_id)',
          becomes: 'rebuilt',
          because: 'shop.model',
        },
      ],
    },
    {
      title: 'The seed of a sample',
      before: 'SELECT order_id FROM raw.orders USING SAMPLE 3 ROWS (reservoir, 42)',
      after: 'SELECT order_id FROM raw.orders USING SAMPLE 3 ROWS (reservoir, 43)',
      category: 'breaking',
      reasons: ['USING SAMPLE changed'],
    },
    {
      title: 'EXCLUDE of one table',
      note: 'The other column of that name stays.',
      before: 'SELECT * EXCLUDE (o.order_id) FROM raw.orders o JOIN raw.items i ON o.amount = i.price',
      after: 'SELECT * EXCLUDE (i.order_id) FROM raw.orders o JOIN raw.items i ON o.amount = i.price',
      category: 'breaking',
      reasons: ['column order_id changed'],
      readers: [
        { sql: 'SELECT order_id FROM shop.model', becomes: 'rebuilt', because: 'shop.model.order_id' },
        { sql: 'SELECT status FROM shop.model', becomes: 'reused', because: 'is not used here' },
      ],
    },
    {
      title: 'RENAME of one table',
      before: 'SELECT * RENAME (o.order_id AS id) FROM raw.orders o JOIN raw.items i ON o.amount = i.price',
      after: 'SELECT * RENAME (i.order_id AS id) FROM raw.orders o JOIN raw.items i ON o.amount = i.price',
      category: 'breaking',
      reasons: ['column order_id changed', 'column id changed'],
    },
    {
      title: 'EXCLUDE of one side of what USING has made one',
      note: 'The column of the other side comes to light: nobody knows which columns there are.',
      before: 'SELECT * EXCLUDE (order_id) FROM raw.orders o FULL JOIN raw.items i USING (order_id)',
      after: 'SELECT * EXCLUDE (o.order_id) FROM raw.orders o FULL JOIN raw.items i USING (order_id)',
      category: 'breaking',
    },
    {
      title: 'A column called `rowid`',
      note: 'Tables of DuckDB have one that no star shows, and NATURAL finds it.',
      before: 'SELECT order_id, amount FROM raw.orders',
      after: 'SELECT order_id, amount, 1 AS rowid FROM raw.orders',
      category: 'non-breaking',
      readers: [
        { sql: 'SELECT price FROM shop.model NATURAL JOIN raw.items', becomes: 'rebuilt', because: 'shop.model' },
        { sql: 'SELECT amount FROM shop.model', becomes: 'reused', because: 'is not used here' },
      ],
    },
    {
      title: 'The letter case of the argument of a lambda',
      note: 'DuckDB tells it from a column by that.',
      before: 'SELECT order_id, list_transform([1], lambda order_id: order_id + 1) AS x FROM raw.orders',
      after: 'SELECT order_id, list_transform([1], lambda Order_ID: order_id + 1) AS x FROM raw.orders',
      category: 'breaking',
      reasons: ['column x changed'],
      readers: [{ sql: 'SELECT order_id FROM shop.model', becomes: 'reused', because: 'is not used here' }],
    },
    {
      title: 'The spelling of a column that REPLACE gives',
      before: 'SELECT * REPLACE (amount / 100 AS amount) FROM raw.orders',
      after: 'SELECT * REPLACE (amount / 100 AS Amount) FROM raw.orders',
      category: 'non-breaking',
      reasons: ['column order, spelling'],
    },
    {
      title: 'The spelling of a column beside one that nobody knows',
      before: 'SELECT order_id, status FROM raw.orders',
      after: 'SELECT order_id AS Order_ID, status FROM raw.orders',
      category: 'non-breaking',
      readers: [
        {
          sql: "SELECT order_id, key FROM shop.model, json_each(json_object('a', status))",
          becomes: 'rebuilt',
          because: 'shop.model',
        },
      ],
    },
    {
      title: 'The alias of a table before an alias of the list',
      before: 'SELECT order_id AS d, amount FROM raw.orders',
      after: 'SELECT order_id AS D, amount FROM raw.orders',
      category: 'non-breaking',
      readers: [{ sql: 'SELECT amount AS m, m FROM shop.model m', becomes: 'rebuilt', because: 'shop.model' }],
    },
    {
      title: 'One of the fields that `unnest` makes columns of',
      before: "SELECT a FROM (SELECT unnest({'a': order_id, 'b': amount}) FROM raw.orders) AS fields",
      after: "SELECT b FROM (SELECT unnest({'a': order_id, 'b': amount}) FROM raw.orders) AS fields",
      category: 'breaking',
      readers: [{ sql: 'SELECT * FROM shop.model', becomes: 'rebuilt', because: 'shop.model' }],
    },
  ],
};
