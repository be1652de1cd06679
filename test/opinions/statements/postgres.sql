-- # WITH
WITH RECURSIVE steps(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM steps WHERE n < 5) SELECT n FROM steps;
WITH RECURSIVE up AS (SELECT id, kind FROM events UNION SELECT e.id, e.kind FROM events e JOIN up u ON e.id = u.id + 1) SELECT id, kind FROM up;
WITH t (a, b) AS MATERIALIZED (SELECT order_id, amount FROM orders) SELECT a, b FROM t;
WITH t AS NOT MATERIALIZED (SELECT order_id FROM orders) SELECT t.order_id FROM t;
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SEARCH DEPTH FIRST BY n SET ord SELECT n FROM t LIMIT 5;
WITH RECURSIVE g(id, way) AS (SELECT id, 1 FROM events UNION ALL SELECT e.id, way + 1 FROM events e, g WHERE e.id = g.id) CYCLE id SET looped USING path SELECT id, way FROM g;
-- # SELECT
SELECT DISTINCT ON (customer_id) customer_id, order_id FROM orders ORDER BY customer_id, ordered_at DESC;
SELECT DISTINCT ON (customer_id, status) order_id FROM orders;
SELECT "order_id" FROM "orders" AS "O";
SELECT order_id AS "select", amount "total" FROM orders;
SELECT amount::integer AS whole, amount::numeric(5, 2) AS cents, status::varchar(3) COLLATE "C" AS short FROM orders;
SELECT E'a\'b' AS escaped, $$it's$$ AS dollars, $tag$ $$ $tag$ AS tagged, U&'\0041' AS letter, B'101' AS bits, X'FF' AS hex FROM orders;
SELECT interval '1 day' AS day, date '2026-01-01' AS start, timestamp with time zone '2026-01-01 00:00:00+00' AS instant FROM orders;
SELECT extract(epoch FROM ordered_at) AS seconds, ordered_at AT TIME ZONE 'UTC' AS utc FROM orders;
SELECT substring(status FROM 1 FOR 2) AS two, position('a' IN status) AS place, trim(BOTH ' ' FROM status) AS bare, overlay(status PLACING 'x' FROM 2) AS over FROM orders;
SELECT payload -> 'a' AS a, payload ->> 'b' AS b, payload #> '{a,b}' AS deep, payload @> '{}' AS holds FROM events;
SELECT ARRAY[1, 2, order_id] AS list, (ARRAY[1, 2])[1] AS first, tags[1:2] AS some FROM orders;
SELECT ROW(order_id, amount) AS record, (o).amount AS field FROM orders o;
SELECT status ~ '^p' AS starts, status !~* 'x' AS lacks, status SIMILAR TO 'p%' AS similar FROM orders;
SELECT amount IS NOT NULL AS known, status IS DISTINCT FROM 'x' AS other, (amount > 1) IS TRUE AS sure FROM orders;
SELECT 1 /* a /* nested */ comment */ AS one FROM orders;
SELECT greatest(amount, 1) AS high, least(amount, 1) AS low, coalesce(status, 'x') AS state FROM orders;
SELECT o.* FROM orders AS o;
SELECT order_id FROM ONLY orders;
SELECT order_id FROM orders *;
TABLE customers;
-- # Joins
SELECT order_id, name FROM orders NATURAL JOIN customers;
SELECT order_id, name FROM orders NATURAL FULL JOIN customers;
SELECT order_id, product FROM orders FULL JOIN items USING (order_id);
SELECT j.order_id FROM (orders JOIN items USING (order_id)) AS j;
SELECT x.order_id FROM orders JOIN items USING (order_id) AS x;
SELECT o.order_id, t.price FROM orders o CROSS JOIN LATERAL (SELECT price FROM items i WHERE i.order_id = o.order_id) t;
SELECT o.order_id, t.price FROM orders o LEFT JOIN LATERAL (SELECT max(price) AS price FROM items i WHERE i.order_id = o.order_id) AS t ON true;
SELECT o.order_id, c.name FROM orders o JOIN customers c ON c.customer_id = o.customer_id LEFT JOIN events e ON e.id = o.order_id AND e.kind = 'x';
-- # Derived tables and functions
SELECT a, b FROM (SELECT order_id, amount FROM orders) AS t (a, b);
SELECT a, b FROM (VALUES (1, 'x'), (2, 'y')) AS t (a, b);
SELECT column1, column2 FROM (VALUES (1, 'x')) AS t;
SELECT n FROM generate_series(1, 5) AS n;
SELECT g.n, g.place FROM unnest(ARRAY[1, 2]) WITH ORDINALITY AS g(n, place);
SELECT o.order_id, t.tag FROM orders o, unnest(o.tags) AS t(tag);
SELECT a, b FROM ROWS FROM (generate_series(1, 2), generate_series(1, 3)) AS t(a, b);
SELECT x, y FROM json_to_recordset('[]') AS t(x int, y text);
SELECT order_id FROM orders TABLESAMPLE SYSTEM (10) REPEATABLE (1);
SELECT order_id FROM orders TABLESAMPLE BERNOULLI (5);
-- # Grouping and windows
SELECT status, sum(amount) FILTER (WHERE amount > 1) AS total FROM orders GROUP BY status;
SELECT status, customer_id, sum(amount) AS total FROM orders GROUP BY status, ROLLUP (customer_id), CUBE (order_id);
SELECT status, sum(amount) AS total FROM orders GROUP BY DISTINCT ROLLUP (status), ROLLUP (status);
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS median FROM orders;
SELECT string_agg(status, ',' ORDER BY order_id) AS states, array_agg(DISTINCT status) AS set FROM orders;
SELECT order_id, sum(amount) OVER w AS total FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY ordered_at);
SELECT order_id, sum(amount) OVER (w ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) AS near FROM orders WINDOW w AS (ORDER BY ordered_at);
SELECT order_id, count(*) OVER (ORDER BY amount GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS n FROM orders;
-- # LIMIT and locks
SELECT order_id FROM orders ORDER BY order_id LIMIT 5 OFFSET 2;
SELECT order_id FROM orders ORDER BY amount FETCH FIRST 3 ROWS WITH TIES;
SELECT order_id FROM orders ORDER BY amount USING > LIMIT ALL;
-- # Set operations
SELECT order_id FROM orders UNION SELECT order_id FROM items;
SELECT order_id FROM orders INTERSECT ALL SELECT order_id FROM items;
SELECT order_id FROM orders EXCEPT SELECT order_id FROM items ORDER BY order_id;
SELECT order_id FROM orders UNION (SELECT order_id FROM items INTERSECT SELECT id FROM events);
VALUES (1, 'a'), (2, 'b');
-- # Subqueries
SELECT order_id FROM orders WHERE amount > ALL (SELECT price FROM items);
SELECT order_id FROM orders WHERE amount = ANY (ARRAY[1, 2]);
SELECT order_id FROM orders WHERE (customer_id, status) IN (SELECT customer_id, country FROM customers);
SELECT ARRAY(SELECT price FROM items) AS prices FROM orders;
SELECT order_id, (SELECT count(*) FROM items i WHERE i.order_id = o.order_id) AS n FROM orders o ORDER BY (SELECT max(id) FROM events);
