-- # Names and strings
SELECT "order_id" AS "the id" FROM "shop"."orders";
SELECT order_id FROM hive.shop.orders;
SELECT 'it''s' AS doubled, U&'\0041' AS letter, X'FF' AS hex FROM orders;
-- # SELECT
SELECT ROW(order_id, amount) AS record, ARRAY[1, 2] AS list, MAP(ARRAY['a'], ARRAY[1]) AS entries FROM orders;
SELECT CAST(ROW(1, 'x') AS ROW(a INTEGER, b VARCHAR)) AS typed, TRY_CAST(status AS INTEGER) AS maybe FROM orders;
SELECT transform(tags, x -> upper(x)) AS loud, filter(tags, t -> t <> '') AS filled, reduce(tags, 0, (s, x) -> s + 1, s -> s) AS n FROM orders;
SELECT date_trunc('month', ordered_at) AS month, ordered_at AT TIME ZONE 'UTC' AS utc, INTERVAL '1' DAY AS day FROM orders;
SELECT tags[1] AS first, element_at(tags, 2) AS second, cardinality(tags) AS n FROM orders;
SELECT status IS DISTINCT FROM 'x' AS other, status LIKE 'a\_%' ESCAPE '\' AS like_it FROM orders;
SELECT json_extract_scalar(payload, '$.a') AS a, json_value(payload, 'lax $.b') AS b FROM events;
SELECT if(amount > 1, 'x', 'y') AS size, try(1 / amount) AS safe FROM orders;
SELECT extract(YEAR FROM ordered_at) AS year, DATE '2026-01-01' AS start, TIMESTAMP '2026-01-01 00:00:00' AS instant FROM orders;
-- # WITH
WITH t (a, b) AS (SELECT order_id, amount FROM orders) SELECT a, b FROM t;
WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT n FROM t;
-- # Joins
SELECT o.order_id, t.tag FROM orders o CROSS JOIN UNNEST(o.tags) AS t (tag);
SELECT o.order_id, t.tag, t.place FROM orders o CROSS JOIN UNNEST(o.tags) WITH ORDINALITY AS t (tag, place);
SELECT n FROM UNNEST(ARRAY[1, 2]) AS t (n);
SELECT k, v FROM UNNEST(MAP(ARRAY['a'], ARRAY[1])) AS t (k, v);
SELECT o.order_id, t.price FROM orders o CROSS JOIN LATERAL (SELECT price FROM items i WHERE i.order_id = o.order_id) AS t;
SELECT order_id, name FROM orders NATURAL JOIN customers;
SELECT o.order_id FROM orders o LEFT JOIN UNNEST(o.tags) AS t (tag) ON true;
-- # Derived tables and functions
SELECT a, b FROM (VALUES (1, 'x'), (2, 'y')) AS t (a, b);
VALUES (1, 'x'), (2, 'y');
TABLE customers;
SELECT n FROM TABLE(sequence(start => 1, stop => 5)) AS t (n);
SELECT order_id FROM orders TABLESAMPLE BERNOULLI (10);
SELECT order_id FROM orders FOR VERSION AS OF 123;
SELECT order_id FROM orders FOR TIMESTAMP AS OF TIMESTAMP '2026-01-01 00:00:00 UTC';
SELECT m.total FROM orders MATCH_RECOGNIZE (PARTITION BY customer_id ORDER BY ordered_at MEASURES sum(amount) AS total PATTERN (a+) DEFINE a AS amount > 0) AS m;
-- # Grouping and windows
SELECT status, sum(amount) FILTER (WHERE amount > 1) AS total FROM orders GROUP BY status;
SELECT status, customer_id, count(*) AS n FROM orders GROUP BY ROLLUP (status, customer_id);
SELECT status, count(*) AS n FROM orders GROUP BY GROUPING SETS ((status), ());
SELECT approx_distinct(customer_id) AS n, max_by(order_id, amount) AS best, array_agg(status ORDER BY order_id) AS states FROM orders;
SELECT listagg(status, ',') WITHIN GROUP (ORDER BY order_id) AS states FROM orders;
SELECT order_id, sum(amount) OVER w AS total FROM orders WINDOW w AS (PARTITION BY customer_id);
SELECT order_id, lead(amount) IGNORE NULLS OVER (ORDER BY ordered_at) AS next FROM orders;
-- # Set operations and LIMIT
SELECT order_id FROM orders UNION SELECT order_id FROM items;
SELECT order_id FROM orders INTERSECT SELECT order_id FROM items;
SELECT order_id FROM orders EXCEPT SELECT order_id FROM items;
SELECT order_id FROM orders ORDER BY order_id OFFSET 5 ROWS LIMIT 10;
SELECT order_id FROM orders ORDER BY order_id FETCH FIRST 10 ROWS WITH TIES;
-- # Subqueries
SELECT order_id FROM orders WHERE amount > ALL (SELECT price FROM items);
SELECT order_id FROM orders WHERE (customer_id, status) IN (SELECT customer_id, country FROM customers);
