import { LOUDER, type Chapter } from '../pair.ts';

const reads = (because: string, ...queries: readonly string[]) =>
  queries.map((sql) => ({ sql, becomes: 'rebuilt' as const, because }));
const kept = (...queries: readonly string[]) =>
  queries.map((sql) => ({ sql, becomes: 'reused' as const, because: 'is not used here' }));

export const dialects: Chapter = {
  title: 'What other engines read in ways of their own',
  text: 'Databricks stands for Spark, too.',
  pairs: [
    {
      title: 'Words of the grammar that name columns, in Databricks',
      note: 'Only a few words are reserved there.',
      dialect: 'databricks',
      before: 'SELECT order_id, amount AS end, amount AS limit, status AS any FROM raw.orders',
      after: 'SELECT order_id, amount * 2 AS end, amount * 2 AS limit, upper(status) AS any FROM raw.orders',
      category: 'breaking',
      reasons: ['column end changed', 'column limit changed', 'column any changed'],
      readers: [
        ...reads('shop.model.end', 'SELECT end FROM shop.model'),
        ...reads('shop.model.limit', 'SELECT order_id FROM shop.model WHERE limit > 5'),
        ...reads('shop.model.any', 'SELECT order_id, any FROM shop.model'),
        ...kept('SELECT CASE WHEN -order_id > 1 THEN order_id END AS x FROM shop.model WHERE NOT -order_id > 1'),
      ],
    },
    {
      title: '`any(x)` and `some(x)` are aggregates in Databricks',
      dialect: 'databricks',
      before: 'SELECT 1 AS one FROM raw.orders',
      after: 'SELECT 1 AS one, any(amount > 1) AS large FROM raw.orders',
      category: 'breaking',
      readers: reads('shop.model', 'SELECT one FROM shop.model'),
    },
    {
      title: 'The letter case in which a column is asked for, in Databricks',
      note: 'The result spells it as the query does.',
      dialect: 'databricks',
      before: 'SELECT order_id FROM raw.orders',
      after: 'SELECT Order_ID FROM raw.orders',
      category: 'non-breaking',
    },
    {
      title: 'A column that names a field of a struct, in Databricks',
      dialect: 'databricks',
      before: 'SELECT struct(price, 1 AS one) AS s, (price, 1) AS p FROM (SELECT amount AS price FROM raw.orders)',
      after: 'SELECT struct(total, 1 AS one) AS s, (total, 1) AS p FROM (SELECT amount AS total FROM raw.orders)',
      category: 'breaking',
      reasons: ['column s changed', 'column p changed'],
    },
    {
      title: 'A column that names a field of a struct, in BigQuery',
      dialect: 'bigquery',
      before: 'SELECT STRUCT(amount AS Total) AS s FROM raw.orders',
      after: 'SELECT STRUCT(amount AS total) AS s FROM raw.orders',
      category: 'breaking',
      reasons: ['column s changed'],
    },
    {
      title: 'The key of a map, in Databricks',
      note: '`attrs.k` is `attrs["k"]`, where letter case tells keys apart.',
      dialect: 'databricks',
      tables: { 'raw.items': 'order_id INTEGER, attrs MAP' },
      before: 'SELECT attrs.color AS x FROM raw.items',
      after: 'SELECT attrs.Color AS x FROM raw.items',
      category: 'breaking',
      reasons: ['column x changed'],
    },
    {
      title: 'A path into a value, in Snowflake',
      dialect: 'snowflake',
      tables: { 'RAW.ORDERS': 'ID INTEGER, V VARIANT' },
      before: 'SELECT V:items[0].name::STRING AS X FROM RAW.ORDERS',
      after: 'SELECT V:items[0].Name::STRING AS X FROM RAW.ORDERS',
      category: 'breaking',
      reasons: ['column x changed'],
    },
    {
      title: 'Columns by name and by number, in Snowflake',
      dialect: 'snowflake',
      tables: { 'RAW.ORDERS': 'ID INTEGER, V VARIANT, A INTEGER' },
      before: 'SELECT ID, V, A FROM RAW.ORDERS',
      after: 'SELECT ID, V || 1 AS V, A FROM RAW.ORDERS',
      category: 'breaking',
      reasons: ['column v changed'],
      readers: [
        ...reads('shop.model.v', 'SELECT COALESCE(A, V:total) AS X FROM SHOP.MODEL'),
        ...reads('shop.model.v', 'SELECT $2 AS X FROM SHOP.MODEL'),
        ...kept('SELECT $3 AS X FROM SHOP.MODEL'),
      ],
    },
    {
      title: 'IDENTIFIER, in Databricks',
      note: 'In FROM a literal names the table; elsewhere any column may be meant.',
      ...LOUDER,
      dialect: 'databricks',
      readers: [
        ...reads('shop.model.status', "SELECT status FROM IDENTIFIER('shop.model')"),
        ...kept("SELECT order_id FROM IDENTIFIER('shop.model')"),
        ...reads('shop.model', "SELECT IDENTIFIER('status') AS x FROM shop.model"),
      ],
    },
    {
      title: 'PIVOT behind a join, in Databricks',
      note: 'All columns of both tables that it does not name are groups.',
      ...LOUDER,
      dialect: 'databricks',
      readers: reads(
        'shop.model',
        'SELECT count(*) AS n FROM raw.items i JOIN shop.model m ON true PIVOT (sum(price) FOR product IN (1, 2))',
      ),
    },
    {
      title: 'The name of a column in a query with a clause that the reader does not know',
      dialect: 'databricks',
      before: 'SELECT order_id AS x FROM raw.orders CLUSTER BY x',
      after: 'SELECT order_id AS y FROM raw.orders CLUSTER BY y',
      category: 'breaking',
    },
    {
      title: 'Rows that are sorted by parts, in Databricks',
      ...LOUDER,
      dialect: 'databricks',
      readers: [
        ...kept(
          'SELECT order_id FROM shop.model SORT BY order_id',
          'SELECT order_id FROM shop.model CLUSTER BY amount',
        ),
        ...reads('shop.model.status', 'SELECT order_id FROM shop.model DISTRIBUTE BY status SORT BY order_id LIMIT 3'),
      ],
    },
    {
      title: 'Several columns out of one, in Databricks',
      dialect: 'databricks',
      before: 'SELECT order_id, posexplode(tags) AS (place, tag) FROM raw.items',
      after: 'SELECT order_id, posexplode(tags) AS (place, name) FROM raw.items',
      category: 'breaking',
    },
    {
      title: 'A table that a clause joins which the reader does not know, in BigQuery',
      ...LOUDER,
      dialect: 'bigquery',
      readers: [
        ...reads('shop.model', 'FROM raw.items |> JOIN shop.model USING (order_id) |> SELECT product'),
        ...reads(
          'shop.model',
          'SELECT product FROM raw.items UNION ALL BY NAME ON (product) SELECT status AS product FROM shop.model',
        ),
        ...reads('shop.model', 'SELECT 1 AS x FROM ML.PREDICT(MODEL ml.risk, TABLE shop.model)'),
      ],
    },
    {
      title: 'A walk into an array, in BigQuery',
      dialect: 'bigquery',
      before: 'SELECT order_id, tags, price FROM raw.items',
      after: 'SELECT order_id, ARRAY_REVERSE(tags) AS tags, price FROM raw.items',
      category: 'breaking',
      readers: [
        ...reads('shop.model.tags', 'SELECT order_id FROM shop.model, model.tags AS tag'),
        ...reads('shop.model.tags', 'SELECT (SELECT max(tag) FROM m.tags AS tag) AS last FROM shop.model AS m'),
        ...kept('SELECT order_id, price FROM shop.model'),
      ],
    },
    {
      title: 'A table as the argument of a function, in Trino',
      ...LOUDER,
      dialect: 'trino',
      readers: reads(
        'shop.model',
        'SELECT 1 AS x FROM TABLE(my.own(input => TABLE(shop.model) PARTITION BY order_id))',
      ),
    },
    {
      title: 'Settings in a hint, in StarRocks',
      dialect: 'starrocks',
      before: "SELECT /*+ SET_VAR(time_zone = 'UTC') */ order_id FROM raw.orders",
      after: "SELECT /*+ SET_VAR(time_zone = 'Asia/Tokyo') */ order_id FROM raw.orders",
      category: 'breaking',
      reasons: ['HINT changed'],
    },
    {
      title: 'A string as an alias, in StarRocks',
      ...LOUDER,
      dialect: 'starrocks',
      readers: [
        ...reads('shop.model.status', "SELECT status 'state' FROM shop.model"),
        ...kept("SELECT date '2026-01-01' AS d FROM shop.model"),
      ],
    },
    {
      title: 'A column by its place, in Snowflake',
      dialect: 'snowflake',
      before: 'SELECT $1 AS one FROM VALUES (1, 10)',
      after: 'SELECT $1 AS one FROM VALUES (2, 10)',
      category: 'breaking',
      reasons: ['column one changed'],
    },
    {
      title: 'A part of a table, in StarRocks',
      dialect: 'starrocks',
      before: 'SELECT order_id FROM raw.orders TABLET (10001)',
      after: 'SELECT order_id FROM raw.orders TABLET (10002)',
      category: 'breaking',
      reasons: ['FROM changed'],
    },
    {
      title: 'The names of columns beside a clause that the reader does not know',
      dialect: 'snowflake',
      before: 'SELECT order_id AS a FROM raw.orders CONNECT BY PRIOR order_id = customer_id',
      after: 'SELECT order_id AS b FROM raw.orders CONNECT BY PRIOR order_id = customer_id',
      category: 'breaking',
    },
  ],
};
