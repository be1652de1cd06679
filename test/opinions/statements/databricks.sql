-- # Names and strings
SELECT `order_id` AS `the id` FROM `shop`.`orders`;
SELECT order_id FROM main.shop.orders;
SELECT "double" AS a, 'single' AS b, 'it\'s' AS c, r'raw\n' AS d FROM orders;
SELECT order_id /* a comment */ FROM orders -- another
;
-- # SELECT
SELECT amount * 2 AS a, a + 1 AS b FROM orders;
SELECT named_struct('a', order_id) AS record, struct(order_id, amount) AS pair, array(1, 2) AS list, map('a', 1) AS entries FROM orders;
SELECT payload:a.b AS b, payload:c::int AS c FROM events;
SELECT transform(tags, x -> upper(x)) AS loud, filter(tags, t -> t <> '') AS filled, aggregate(tags, 0, (acc, x) -> acc + 1) AS n FROM orders;
SELECT CAST(amount AS DECIMAL(10, 2)) AS cents, try_cast(status AS INT) AS maybe, amount::string AS text FROM orders;
SELECT date_trunc('MONTH', ordered_at) AS month, date_add(ordered_at, 1) AS next FROM orders;
SELECT status RLIKE '^p' AS starts, status <=> 'x' AS same, amount DIV 2 AS half FROM orders;
SELECT /*+ BROADCAST(c) */ o.order_id, c.name FROM orders o JOIN customers c ON o.customer_id = c.customer_id;
SELECT tags[0] AS first, size(tags) AS n FROM orders;
-- # Stars
SELECT * EXCEPT (amount) FROM orders;
SELECT o.* EXCEPT (customer_id), c.name FROM orders o JOIN customers c ON o.customer_id = c.customer_id;
-- # WITH
WITH a AS (SELECT order_id FROM orders) SELECT order_id FROM a;
WITH t (a, b) AS (SELECT order_id, amount FROM orders) SELECT a, b FROM t;
WITH RECURSIVE steps (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM steps WHERE n < 5) SELECT n FROM steps;
-- # FROM first
FROM orders SELECT order_id, amount WHERE amount > 1;
-- # Joins
SELECT order_id FROM orders LEFT SEMI JOIN items ON orders.order_id = items.order_id;
SELECT o.order_id FROM orders o LEFT ANTI JOIN items i ON o.order_id = i.order_id;
SELECT o.order_id FROM orders o SEMI JOIN items i ON o.order_id = i.order_id;
SELECT order_id, name FROM orders NATURAL JOIN customers;
SELECT o.order_id, t.price FROM orders o, LATERAL (SELECT price FROM items i WHERE i.order_id = o.order_id) t;
-- # Lateral views and table functions
SELECT order_id, tag FROM orders LATERAL VIEW explode(tags) t AS tag;
SELECT order_id, tag FROM orders LATERAL VIEW OUTER explode(tags) t AS tag;
SELECT order_id, place, tag FROM orders LATERAL VIEW posexplode(tags) t AS place, tag;
SELECT order_id, a, b FROM orders LATERAL VIEW explode(tags) x AS a LATERAL VIEW explode(tags) y AS b;
SELECT order_id, explode(tags) AS tag FROM orders;
SELECT id FROM range(10);
SELECT a, b FROM VALUES (1, 'x'), (2, 'y') AS t (a, b);
SELECT col FROM explode(array(1, 2));
SELECT order_id FROM orders TABLESAMPLE (10 PERCENT);
SELECT order_id FROM orders TABLESAMPLE (5 ROWS) REPEATABLE (7);
SELECT order_id FROM orders VERSION AS OF 3;
SELECT order_id FROM orders TIMESTAMP AS OF '2026-01-01';
-- # PIVOT
SELECT * FROM (SELECT customer_id, status, amount FROM orders) PIVOT (sum(amount) FOR status IN ('paid', 'open'));
SELECT * FROM items UNPIVOT (number FOR what IN (price, quantity));
-- # Grouping and windows
SELECT status, sum(amount) AS total FROM orders GROUP BY ALL;
SELECT status, sum(amount) AS total FROM orders GROUP BY status WITH ROLLUP;
SELECT status, customer_id, sum(amount) AS total FROM orders GROUP BY status, customer_id GROUPING SETS ((status), (customer_id));
SELECT order_id FROM orders QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at DESC) = 1;
SELECT sum(amount) OVER w AS total FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY ordered_at);
SELECT sum(amount) FILTER (WHERE amount > 1) AS total, collect_list(status) AS states, percentile_approx(amount, 0.5) AS median FROM orders;
-- # Set operations and order
SELECT order_id FROM orders UNION SELECT order_id FROM items;
SELECT order_id FROM orders MINUS SELECT order_id FROM items;
SELECT order_id FROM orders EXCEPT ALL SELECT order_id FROM items;
SELECT order_id FROM orders SORT BY amount;
SELECT order_id FROM orders DISTRIBUTE BY customer_id SORT BY amount;
SELECT order_id FROM orders CLUSTER BY customer_id;
SELECT order_id FROM orders ORDER BY order_id LIMIT 10 OFFSET 5;
SELECT CAST(NULL AS STRUCT<a: INT, b: MAP<STRING, ARRAY<INT>>>) AS record, amount FROM orders;
