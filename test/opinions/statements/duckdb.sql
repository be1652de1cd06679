-- # WITH
WITH RECURSIVE steps AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM steps WHERE n < 5) SELECT n FROM steps;
WITH RECURSIVE up(id, depth) AS (SELECT customer_id, 0 FROM customers UNION ALL SELECT o.order_id, u.depth + 1 FROM up u JOIN orders o ON o.customer_id = u.id WHERE u.depth < 3) SELECT id, depth FROM up;
WITH t(a, b) AS (SELECT order_id, amount FROM orders) SELECT a, b FROM t;
WITH t AS MATERIALIZED (SELECT order_id FROM orders) SELECT order_id FROM t;
WITH t AS NOT MATERIALIZED (SELECT order_id FROM orders) SELECT order_id FROM t;
WITH orders AS (SELECT order_id FROM shop.orders WHERE amount > 1) SELECT order_id FROM orders;
WITH orders AS (SELECT 1 AS order_id) SELECT order_id FROM orders;
-- # SELECT
SELECT DISTINCT ON (customer_id) customer_id, order_id FROM orders ORDER BY customer_id, ordered_at DESC;
SELECT order_id, amount, FROM orders;
SELECT order_id, amount * 2 AS a, a + 1 AS b FROM orders;
SELECT id: order_id, total: amount FROM orders;
SELECT "order_id" AS "Order Id" FROM "orders";
SELECT order_id FROM memory.shop.orders;
SELECT o FROM orders o;
SELECT count(*), sum(amount), min(order_id) FROM orders;
SELECT count(DISTINCT status), avg(o.amount) FROM orders o;
SELECT amount::INTEGER AS whole, amount::DECIMAL(5, 2) AS cents, TRY_CAST(status AS INTEGER) AS maybe FROM orders;
SELECT tags[1] AS first, tags[1:2] AS some, [1, 2, amount] AS list, {'a': amount, 'b': status} AS record FROM orders;
SELECT list_transform(tags, x -> upper(x)) AS loud, list_filter(tags, lambda t: t <> '') AS filled FROM orders;
SELECT [x || '!' FOR x IN tags IF x <> ''] AS loud FROM orders;
SELECT INTERVAL 1 DAY AS day, DATE '2026-01-01' AS start, TIMESTAMP '2026-01-01 00:00:00' AS instant FROM orders;
SELECT extract(year FROM ordered_at) AS year, date_trunc('month', ordered_at) AS month FROM orders;
SELECT status IS DISTINCT FROM 'paid' AS unpaid, status NOT LIKE 'p%' AS other, status ILIKE 'P%' AS any_case FROM orders;
SELECT e'a\'b' AS escaped, $$it's$$ AS dollars, $tag$ $$ $tag$ AS tagged FROM orders;
SELECT 1_000_000 AS million, 1e-3 AS milli, .5 AS half FROM orders;
SELECT amount // 2 AS div, amount % 2 AS rest, amount ** 2 AS square, 5 & 3 AS both, 5 | 3 AS either, ~5 AS flip, 1 << 3 AS moved FROM orders;
-- # Stars
SELECT * EXCLUDE (amount) FROM orders;
SELECT * EXCLUDE amount FROM orders;
SELECT * REPLACE (amount / 100 AS amount) FROM orders;
SELECT * RENAME (amount AS net) FROM orders;
SELECT * EXCLUDE (status) REPLACE (amount + 1 AS amount) FROM orders;
SELECT o.* EXCLUDE (customer_id), c.name FROM orders o JOIN customers c USING (customer_id);
SELECT * FROM orders JOIN items USING (order_id);
SELECT * FROM orders NATURAL JOIN customers;
-- # FROM first
FROM orders;
FROM orders SELECT order_id, amount WHERE amount > 1;
FROM orders o JOIN items i USING (order_id) SELECT o.order_id, i.product;
WITH t AS (FROM orders SELECT order_id) FROM t;
-- # Joins
SELECT o.order_id, i.product FROM orders o SEMI JOIN items i2 ON o.order_id = i2.order_id JOIN items i ON i.order_id = o.order_id;
SELECT order_id FROM orders SEMI JOIN items USING (order_id);
SELECT order_id FROM orders ANTI JOIN items USING (order_id);
SELECT o.order_id, e.kind FROM orders o ASOF JOIN events e ON o.order_id = e.id AND o.ordered_at >= e.at;
SELECT o.order_id, e.kind FROM orders o ASOF LEFT JOIN events e ON o.order_id = e.id AND o.ordered_at >= e.at;
SELECT o.order_id, c.name FROM orders o POSITIONAL JOIN customers c;
SELECT order_id, name FROM orders NATURAL JOIN customers;
SELECT order_id, name FROM orders NATURAL LEFT JOIN customers;
SELECT o.order_id, t.double FROM orders o, LATERAL (SELECT o.amount * 2 AS double) t;
SELECT o.order_id, t.price FROM orders o LEFT JOIN LATERAL (SELECT price FROM items i WHERE i.order_id = o.order_id LIMIT 1) t ON true;
SELECT order_id, product FROM (orders JOIN items USING (order_id));
-- # Derived tables and VALUES
SELECT a, b FROM (SELECT order_id, amount FROM orders) AS t(a, b);
SELECT a, status FROM orders AS o(a);
SELECT a, b FROM (VALUES (1, 'x'), (2, 'y')) AS t(a, b);
SELECT col0, col1 FROM (VALUES (1, 'x'), (2, 'y'));
VALUES (1, 2), (3, 4);
SELECT order_id FROM orders WHERE (order_id, amount) IN (VALUES (1, 2), (3, 4));
-- # Table functions
SELECT i FROM range(10) t(i);
SELECT generate_series FROM generate_series(1, 5);
SELECT o.order_id, t.tag FROM orders o, UNNEST(o.tags) AS t(tag);
SELECT order_id, unnest(tags) AS tag FROM orders;
SELECT u FROM unnest([1, 2, 3]) AS t(u);
SELECT order_id FROM orders TABLESAMPLE 10%;
SELECT order_id FROM orders USING SAMPLE 5 ROWS;
SELECT order_id FROM orders TABLESAMPLE reservoir(20 ROWS) REPEATABLE (100);
-- # PIVOT
PIVOT orders ON status USING sum(amount);
SELECT * FROM (PIVOT orders ON status IN ('paid', 'open') USING sum(amount) GROUP BY customer_id);
UNPIVOT items ON price, quantity INTO NAME what VALUE number;
SELECT * FROM items UNPIVOT (number FOR what IN (price, quantity));
SELECT order_id, what, number FROM items UNPIVOT INCLUDE NULLS (number FOR what IN (price, quantity));
SELECT * FROM orders PIVOT (sum(amount) FOR status IN ('paid', 'open') GROUP BY customer_id);
-- # Grouping
SELECT status, sum(amount) AS total FROM orders GROUP BY ALL;
SELECT status, sum(amount) AS total FROM orders GROUP BY ALL ORDER BY ALL;
SELECT status, sum(amount) FILTER (WHERE amount > 1) AS total FROM orders GROUP BY status;
SELECT status, string_agg(product, ',' ORDER BY product) AS products FROM orders JOIN items USING (order_id) GROUP BY status;
SELECT status, list(order_id ORDER BY order_id DESC) AS ids FROM orders GROUP BY status HAVING count(*) > 1;
SELECT amount > 10 AS large, count(*) AS n FROM orders GROUP BY large;
SELECT status, grouping(status) AS total_row, sum(amount) AS total FROM orders GROUP BY CUBE (status, customer_id);
SELECT quantile_cont(amount, 0.5) AS median, mode(status) AS often, arg_max(order_id, amount) AS best FROM orders;
-- # Windows and QUALIFY
SELECT order_id FROM orders QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at DESC) = 1;
SELECT order_id, rank() OVER w AS place FROM orders WINDOW w AS (PARTITION BY status ORDER BY amount) QUALIFY place = 1;
SELECT order_id, sum(amount) OVER (w ROWS 2 PRECEDING) AS total FROM orders WINDOW w AS (PARTITION BY status ORDER BY ordered_at);
SELECT first_value(amount IGNORE NULLS) OVER (ORDER BY ordered_at) AS first FROM orders;
SELECT sum(amount) OVER (ORDER BY ordered_at RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND CURRENT ROW EXCLUDE TIES) AS week FROM orders;
-- # LIMIT
SELECT order_id FROM orders ORDER BY order_id LIMIT 10 OFFSET 5;
SELECT order_id FROM orders ORDER BY order_id LIMIT 10%;
SELECT order_id FROM orders ORDER BY order_id OFFSET 3 ROWS FETCH FIRST 5 ROWS ONLY;
SELECT order_id FROM orders LIMIT (SELECT count(*) FROM events);
-- # Set operations
SELECT order_id FROM orders UNION SELECT order_id FROM items;
SELECT order_id FROM orders INTERSECT SELECT order_id FROM items EXCEPT SELECT id FROM events;
SELECT order_id, amount FROM orders UNION ALL BY NAME SELECT price AS amount, order_id FROM items;
SELECT order_id FROM orders UNION BY NAME SELECT order_id, product FROM items;
SELECT order_id FROM orders EXCEPT ALL SELECT order_id FROM items;
(SELECT order_id FROM orders ORDER BY amount LIMIT 3) UNION ALL (SELECT order_id FROM items ORDER BY price LIMIT 3) ORDER BY 1;
-- # Subqueries
SELECT order_id FROM orders WHERE amount > ALL (SELECT price FROM items);
SELECT order_id FROM orders WHERE amount = ANY (SELECT price FROM items);
SELECT order_id, ARRAY(SELECT product FROM items i WHERE i.order_id = o.order_id) AS products FROM orders o;
SELECT order_id, EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.order_id) AS has FROM orders o;
SELECT order_id FROM orders o WHERE (SELECT count(*) FROM items i WHERE i.order_id = o.order_id AND i.price > (SELECT avg(price) FROM items)) > 1;
SELECT order_id FROM orders WHERE (customer_id, status) IN (SELECT customer_id, country FROM customers);
SELECT CASE WHEN EXISTS (SELECT 1 FROM events) THEN 1 ELSE (SELECT max(id) FROM events) END AS x FROM orders;
