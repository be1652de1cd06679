-- # Names and strings
SELECT order_id FROM `shop.orders`;
SELECT o.order_id FROM `my-project.shop.orders` AS o;
SELECT order_id FROM `my-project`.shop.`orders`;
SELECT order_id FROM my-project.shop.orders;
SELECT "double" AS a, 'single' AS b, r'raw\n' AS c, b'bytes' AS d, """triple "quoted" text""" AS e, '''three''' AS f FROM orders;
SELECT 'it\'s' AS escaped FROM orders # a comment
WHERE amount > 1;
SELECT `order_id` AS `id` FROM orders -- and another
;
-- # SELECT
SELECT AS STRUCT order_id, amount FROM orders;
SELECT AS VALUE STRUCT(order_id AS a, amount AS b) FROM orders;
SELECT DISTINCT status, amount FROM `shop.orders` WHERE amount > 1;
SELECT STRUCT(order_id AS a, amount AS b) AS record, [1, 2, 3] AS list, ARRAY<INT64>[1] AS typed FROM orders;
SELECT order_id, STRUCT<a INT64, b STRING>(order_id, status) AS record FROM orders;
SELECT SAFE_CAST(status AS INT64) AS maybe, CAST(amount AS STRING) AS text, IF(amount > 1, 'x', 'y') AS size FROM orders;
SELECT tags[OFFSET(0)] AS first, tags[SAFE_OFFSET(5)] AS sixth FROM orders;
SELECT DATE_TRUNC(ordered_at, MONTH) AS month, EXTRACT(YEAR FROM ordered_at) AS year, DATE_DIFF(ordered_at, ordered_at, DAY) AS days FROM orders;
SELECT SAFE.LN(amount) AS log, IFNULL(status, '') AS state FROM orders;
SELECT order_id, amount, FROM orders;
SELECT e.payload.kind AS kind, payload.list[0].name AS name FROM events e;
SELECT DATE '2026-01-01' AS start, TIMESTAMP '2026-01-01' AS instant, INTERVAL 1 DAY AS day FROM orders;
-- # Stars
SELECT * EXCEPT (amount) FROM orders;
SELECT * EXCEPT (amount, status) FROM orders;
SELECT * REPLACE (amount / 100 AS amount) FROM orders;
SELECT o.* EXCEPT (customer_id), c.name FROM orders o JOIN customers c ON o.customer_id = c.customer_id;
SELECT * EXCEPT (status) REPLACE (amount + 1 AS amount) FROM orders;
-- # WITH
WITH RECURSIVE steps AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM steps WHERE n < 5) SELECT n FROM steps;
WITH a AS (SELECT order_id FROM shop.orders), b AS (SELECT order_id FROM a) SELECT order_id FROM b;
-- # Joins and arrays
SELECT o.order_id, tag FROM orders o, UNNEST(o.tags) AS tag;
SELECT o.order_id, tag FROM orders o, o.tags AS tag;
SELECT o.order_id, tag, place FROM orders o CROSS JOIN UNNEST(o.tags) AS tag WITH OFFSET AS place;
SELECT o.order_id, tag FROM orders AS o LEFT JOIN UNNEST(o.tags) AS tag;
SELECT n FROM UNNEST([1, 2, 3]) AS n;
SELECT n FROM UNNEST(GENERATE_ARRAY(1, 5)) AS n;
SELECT a, b FROM UNNEST([STRUCT(1 AS a, 2 AS b)]);
SELECT o.order_id, i.product FROM orders o JOIN items i USING (order_id);
SELECT order_id FROM orders FOR SYSTEM_TIME AS OF TIMESTAMP '2026-01-01';
SELECT order_id FROM orders TABLESAMPLE SYSTEM (10 PERCENT);
SELECT ARRAY(SELECT tag FROM UNNEST(tags) AS tag WHERE tag <> '') AS filled FROM orders;
SELECT ARRAY(SELECT AS STRUCT product, price FROM items i WHERE i.order_id = o.order_id) AS items FROM orders o;
SELECT order_id FROM orders WHERE 'x' IN UNNEST(tags);
SELECT EXISTS (SELECT 1 FROM UNNEST(tags) AS tag WHERE tag = 'x') AS has FROM orders;
-- # PIVOT
SELECT * FROM orders PIVOT (SUM(amount) FOR status IN ('paid', 'open'));
SELECT * FROM (SELECT customer_id, status, amount FROM orders) PIVOT (SUM(amount) AS total FOR status IN ('paid' AS paid, 'open' AS open));
SELECT * FROM items UNPIVOT (number FOR what IN (price, quantity));
-- # Grouping and windows
SELECT order_id FROM orders QUALIFY ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY ordered_at DESC) = 1;
SELECT order_id FROM orders WHERE true QUALIFY RANK() OVER (ORDER BY amount) = 1;
SELECT status, SUM(amount) AS total FROM orders GROUP BY ALL;
SELECT STRING_AGG(status, ',' ORDER BY order_id LIMIT 5) AS states, ARRAY_AGG(status IGNORE NULLS) AS list, ANY_VALUE(status) AS one FROM orders;
SELECT APPROX_COUNT_DISTINCT(customer_id) AS n, COUNTIF(amount > 1) AS large FROM orders;
SELECT SUM(amount) OVER w AS total FROM orders WINDOW w AS (PARTITION BY customer_id);
SELECT LAST_VALUE(amount IGNORE NULLS) OVER (PARTITION BY customer_id ORDER BY ordered_at) AS last FROM orders;
-- # Set operations and LIMIT
SELECT order_id FROM orders UNION DISTINCT SELECT order_id FROM items;
SELECT order_id FROM orders EXCEPT DISTINCT SELECT order_id FROM items;
SELECT order_id FROM orders INTERSECT DISTINCT SELECT order_id FROM items;
SELECT order_id FROM orders ORDER BY order_id LIMIT 10 OFFSET 5;
