-- # Names and strings
SELECT `order_id` AS `id` FROM `shop`.`orders`;
SELECT "double" AS a, 'single' AS b, 'it\'s' AS c FROM orders;
SELECT order_id FROM orders # a comment
WHERE amount > 1;
SELECT order_id FROM hive_catalog.shop.orders;
-- # SELECT
SELECT order_id, if(amount > 1, 'x', 'y') AS size, ifnull(status, '') AS state FROM orders;
SELECT CAST(amount AS DECIMAL(10, 2)) AS cents, CAST(status AS VARCHAR(10)) AS text FROM orders;
SELECT date_trunc('month', ordered_at) AS month, date_add(ordered_at, INTERVAL 1 DAY) AS next FROM orders;
SELECT tags[1] AS first, array_map(x -> upper(x), tags) AS loud, [1, 2] AS list FROM orders;
SELECT amount DIV 2 AS half, amount % 2 AS rest, status REGEXP '^p' AS starts, status <=> 'x' AS same FROM orders;
SELECT json_query(payload, '$.a') AS a, payload -> 'b' AS b FROM events;
SELECT /*+ SET_VAR(query_timeout = 1) */ order_id FROM orders;
SELECT * EXCEPT (amount) FROM orders;
-- # WITH
WITH a AS (SELECT order_id FROM orders) SELECT order_id FROM a;
WITH t (a, b) AS (SELECT order_id, amount FROM orders) SELECT a, b FROM t;
-- # Joins
SELECT o.order_id FROM orders o LEFT SEMI JOIN items i ON o.order_id = i.order_id;
SELECT o.order_id FROM orders o LEFT ANTI JOIN items i ON o.order_id = i.order_id;
SELECT o.order_id, i.product FROM orders o RIGHT OUTER JOIN items i ON o.order_id = i.order_id;
SELECT o.order_id, i.product FROM orders o JOIN [broadcast] items i ON o.order_id = i.order_id;
SELECT o.order_id, tag FROM orders o, unnest(o.tags) AS t (tag);
SELECT o.order_id, unnest FROM orders o CROSS JOIN LATERAL unnest(o.tags);
SELECT generate_series FROM TABLE(generate_series(1, 5));
-- # Derived tables
SELECT a, b FROM (VALUES (1, 'x'), (2, 'y')) AS t (a, b);
SELECT d.order_id FROM (SELECT order_id FROM orders) d;
-- # Grouping and windows
SELECT status, count(*) AS n FROM orders GROUP BY status HAVING n > 1;
SELECT status, sum(amount) AS total FROM orders GROUP BY status WITH ROLLUP;
SELECT group_concat(status ORDER BY order_id SEPARATOR ',') AS states FROM orders;
SELECT bitmap_union_count(to_bitmap(customer_id)) AS n, approx_count_distinct(customer_id) AS about FROM orders;
SELECT order_id FROM orders QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at DESC) = 1;
SELECT order_id, lag(amount) OVER (PARTITION BY customer_id ORDER BY ordered_at) AS before FROM orders;
-- # Set operations and LIMIT
SELECT order_id FROM orders UNION SELECT order_id FROM items;
SELECT order_id FROM orders UNION DISTINCT SELECT order_id FROM items;
SELECT order_id FROM orders MINUS SELECT order_id FROM items;
SELECT order_id FROM orders INTERSECT SELECT order_id FROM items;
SELECT order_id FROM orders ORDER BY order_id LIMIT 5, 10;
SELECT order_id FROM orders ORDER BY order_id LIMIT 10 OFFSET 5;
-- # Samples and partitions
SELECT order_id FROM orders PARTITION (p1);
SELECT order_id FROM orders TABLET (10001);
