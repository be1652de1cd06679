-- # WITH
WITH paid AS (SELECT order_id, amount FROM orders WHERE amount > 0) SELECT order_id, amount FROM paid;
WITH a AS (SELECT order_id FROM orders), b AS (SELECT order_id FROM a) SELECT order_id FROM b;
WITH a AS (SELECT order_id FROM orders), b AS (SELECT order_id FROM items) SELECT a.order_id FROM a JOIN b ON a.order_id = b.order_id;
WITH a AS (SELECT order_id FROM orders) SELECT x.order_id AS one, y.order_id AS two FROM a x JOIN a y ON x.order_id = y.order_id;
WITH a AS (WITH b AS (SELECT customer_id FROM orders) SELECT customer_id FROM b) SELECT customer_id FROM a;
WITH c AS (SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id) SELECT name, n FROM customers JOIN c ON customers.customer_id = c.customer_id;
WITH a AS (SELECT * FROM orders) SELECT order_id, status FROM a WHERE status IN (SELECT kind FROM events);
-- # SELECT
SELECT order_id, amount FROM orders;
SELECT order_id AS id, amount AS total FROM shop.orders;
SELECT DISTINCT status FROM orders;
SELECT ALL status FROM orders;
SELECT 1 AS one, 'two' AS two, NULL AS three FROM orders;
SELECT o.order_id, c.name FROM orders o, customers c WHERE o.customer_id = c.customer_id;
SELECT orders.order_id FROM orders;
SELECT shop.orders.order_id FROM shop.orders;
SELECT * FROM customers;
SELECT c.* FROM customers c;
SELECT c.*, o.order_id FROM customers c JOIN orders o ON o.customer_id = c.customer_id;
SELECT *, amount * 2 AS doubled FROM orders;
SELECT amount + 1 AS a, amount - 1 AS b, -amount AS c, amount * 2 / 3 AS d FROM orders;
-- # Joins
SELECT o.order_id, i.product FROM orders o JOIN items i ON o.order_id = i.order_id;
SELECT o.order_id, i.product FROM orders o INNER JOIN items i ON o.order_id = i.order_id;
SELECT o.order_id, i.product FROM orders o LEFT JOIN items i ON o.order_id = i.order_id;
SELECT o.order_id, i.product FROM orders o LEFT OUTER JOIN items i ON o.order_id = i.order_id;
SELECT o.order_id, i.product FROM orders o RIGHT JOIN items i ON o.order_id = i.order_id;
SELECT o.order_id, i.product FROM orders o FULL OUTER JOIN items i ON o.order_id = i.order_id;
SELECT o.order_id, c.name FROM orders o CROSS JOIN customers c;
SELECT order_id, product FROM orders JOIN items USING (order_id);
SELECT order_id, name, product FROM orders JOIN items USING (order_id) JOIN customers USING (customer_id);
SELECT o.order_id FROM orders o JOIN (items i JOIN events e ON i.order_id = e.id) ON o.order_id = i.order_id;
SELECT a.order_id, b.order_id AS other FROM orders a JOIN orders b ON a.customer_id = b.customer_id AND a.order_id < b.order_id;
-- # Derived tables
SELECT d.order_id FROM (SELECT order_id FROM orders WHERE amount > 0) AS d;
SELECT d.total FROM (SELECT customer_id, sum(amount) AS total FROM orders GROUP BY customer_id) d WHERE d.total > 10;
SELECT d.order_id FROM (SELECT * FROM orders) d JOIN (SELECT * FROM items) e ON d.order_id = e.order_id;
SELECT e.n FROM (SELECT d.n FROM (SELECT count(*) AS n FROM events) d) e;
-- # WHERE and subqueries
SELECT order_id FROM orders WHERE amount > 10 AND (status = 'paid' OR status IS NULL) AND NOT amount = 11;
SELECT order_id FROM orders WHERE order_id IN (SELECT order_id FROM items);
SELECT order_id FROM orders WHERE order_id NOT IN (SELECT order_id FROM items WHERE price > 1);
SELECT order_id FROM orders o WHERE EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.order_id);
SELECT order_id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.order_id);
SELECT order_id, (SELECT max(price) FROM items) AS top FROM orders;
SELECT order_id, (SELECT max(i.price) FROM items i WHERE i.order_id = o.order_id) AS top FROM orders o;
SELECT order_id FROM orders WHERE amount > (SELECT avg(price) FROM items);
SELECT order_id FROM orders WHERE amount BETWEEN 1 AND 10 AND status LIKE 'p%';
SELECT CASE WHEN amount > 10 THEN 'large' WHEN amount > 5 THEN 'middle' ELSE 'small' END AS size FROM orders;
SELECT CASE status WHEN 'paid' THEN 1 ELSE 0 END AS paid FROM orders;
SELECT CAST(amount AS INT) AS whole, coalesce(status, 'none') AS state, nullif(status, '') AS filled FROM orders;
-- # Grouping
SELECT status, count(*) AS n FROM orders GROUP BY status;
SELECT status, count(DISTINCT customer_id) AS n, sum(amount) AS total FROM orders GROUP BY 1;
SELECT status, customer_id, sum(amount) AS total FROM orders GROUP BY status, customer_id HAVING sum(amount) > 10;
SELECT count(*) AS n, min(amount) AS low, max(amount) AS high FROM orders;
SELECT status, sum(amount) AS total FROM orders GROUP BY ROLLUP (status);
SELECT status, country, sum(amount) AS total FROM orders JOIN customers ON orders.customer_id = customers.customer_id GROUP BY GROUPING SETS ((status), (country), ());
SELECT status, customer_id, sum(amount) AS total FROM orders GROUP BY CUBE (status, customer_id);
-- # Windows
SELECT order_id, row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at) AS place FROM orders;
SELECT order_id, sum(amount) OVER (ORDER BY ordered_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running FROM orders;
SELECT order_id, lag(amount, 1) OVER (PARTITION BY customer_id ORDER BY ordered_at DESC) AS before FROM orders;
SELECT order_id, rank() OVER (ORDER BY amount DESC) AS place, avg(amount) OVER () AS mean FROM orders;
SELECT order_id FROM (SELECT order_id, row_number() OVER (ORDER BY amount) AS rn FROM orders) t WHERE t.rn = 1;
-- # ORDER BY and LIMIT
SELECT order_id FROM orders ORDER BY amount DESC, order_id LIMIT 10;
SELECT order_id, amount FROM orders ORDER BY 2 DESC NULLS LAST;
-- # Set operations
SELECT order_id FROM orders UNION ALL SELECT order_id FROM items;
SELECT order_id, amount FROM orders UNION ALL SELECT order_id, price FROM items UNION ALL SELECT id, 0 FROM events;
(SELECT order_id FROM orders) UNION ALL (SELECT order_id FROM items);
SELECT order_id FROM (SELECT order_id FROM orders UNION ALL SELECT order_id FROM items) u ORDER BY order_id LIMIT 5;
WITH u AS (SELECT order_id FROM orders UNION ALL SELECT order_id FROM items) SELECT count(*) AS n FROM u;
