-- # Names and strings
SELECT "ORDER_ID", ORDER_ID AS again, Order_Id AS Id FROM orders;
SELECT o."AMOUNT" FROM shop.public.orders AS o;
SELECT 'it''s' AS doubled, 'it\'s' AS escaped, $$it's$$ AS dollars FROM orders;
SELECT order_id // the key
FROM orders;
SELECT order_id AS "order id", amount AS "AMOUNT" FROM "SHOP"."ORDERS";
-- # SELECT
SELECT TOP 10 order_id FROM orders ORDER BY amount;
SELECT amount * 2 AS a, a + 1 AS b FROM orders;
SELECT amount::NUMBER(10, 2) AS cents, TRY_CAST(status AS INT) AS maybe, TO_DATE(ordered_at) AS day FROM orders;
SELECT payload:a.b::string AS b, payload:list[0] AS first, payload['c'] AS c FROM events;
SELECT e.payload:kind::varchar AS kind FROM events e;
SELECT DATEADD(day, 1, ordered_at) AS next, DATEDIFF("day", ordered_at, ordered_at) AS days FROM orders;
SELECT IFF(amount > 1, 'x', 'y') AS size, NVL(status, 'none') AS state, ZEROIFNULL(amount) AS zero FROM orders;
SELECT OBJECT_CONSTRUCT('a', amount) AS record, ARRAY_CONSTRUCT(1, 2) AS list FROM orders;
SELECT $1 AS one, $2 AS two FROM VALUES (1, 'a'), (2, 'b');
-- # Stars
SELECT * EXCLUDE amount FROM orders;
SELECT * EXCLUDE (amount, status) FROM orders;
SELECT * RENAME (amount AS net) FROM orders;
SELECT * RENAME amount AS net FROM orders;
SELECT * REPLACE (amount / 100 AS amount) FROM orders;
SELECT * ILIKE '%id%' FROM orders;
SELECT o.* EXCLUDE customer_id, c.name FROM orders o JOIN customers c ON o.customer_id = c.customer_id;
-- # WITH
WITH steps AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM steps WHERE n < 5) SELECT n FROM steps;
WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT n FROM t;
-- # Joins and table functions
SELECT o.order_id, f.value AS tag FROM orders o, LATERAL FLATTEN(input => o.tags) f;
SELECT o.order_id, f.index AS place FROM orders o, TABLE(FLATTEN(o.tags)) f;
SELECT order_id, name FROM orders NATURAL JOIN customers;
SELECT o.order_id, e.kind FROM orders o ASOF JOIN events e MATCH_CONDITION (o.ordered_at >= e.at) ON o.order_id = e.id;
SELECT o.order_id, t.price FROM orders o, LATERAL (SELECT price FROM items i WHERE i.order_id = o.order_id) t;
SELECT seq4() AS n FROM TABLE(GENERATOR(ROWCOUNT => 10));
SELECT order_id FROM orders SAMPLE (10);
SELECT order_id FROM orders TABLESAMPLE BERNOULLI (20) SEED (82);
SELECT order_id FROM orders AT (OFFSET => -60);
SELECT order_id FROM orders BEFORE (STATEMENT => 'x');
-- # PIVOT
SELECT * FROM orders PIVOT (sum(amount) FOR status IN ('paid', 'open')) AS p;
SELECT * FROM items UNPIVOT (number FOR what IN (price, quantity));
SELECT * FROM (SELECT customer_id, status, amount FROM orders) PIVOT (max(amount) FOR status IN (ANY ORDER BY status));
-- # Grouping and windows
SELECT status, sum(amount) AS total FROM orders GROUP BY ALL;
SELECT order_id FROM orders QUALIFY ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY ordered_at DESC) = 1;
SELECT order_id, rank() OVER (ORDER BY amount) AS place FROM orders QUALIFY place <= 3;
SELECT LISTAGG(status, ',') WITHIN GROUP (ORDER BY status) AS states FROM orders;
SELECT customer_id, ARRAY_AGG(status) WITHIN GROUP (ORDER BY order_id) AS states FROM orders GROUP BY customer_id;
SELECT FIRST_VALUE(amount) IGNORE NULLS OVER (PARTITION BY customer_id ORDER BY ordered_at) AS first FROM orders;
-- # Set operations and LIMIT
SELECT order_id FROM orders UNION SELECT order_id FROM items;
SELECT order_id FROM orders MINUS SELECT order_id FROM items;
SELECT order_id FROM orders INTERSECT SELECT order_id FROM items;
SELECT order_id, amount FROM orders UNION ALL BY NAME SELECT price AS amount, order_id FROM items;
SELECT order_id FROM orders ORDER BY order_id LIMIT 10 OFFSET 5;
SELECT order_id FROM orders ORDER BY order_id OFFSET 5 ROWS FETCH NEXT 10 ROWS ONLY;
SELECT c1, c2 FROM (VALUES (1, 'a'), (2, 'b')) AS t (c1, c2);
SELECT column1 AS a FROM VALUES (1), (2);
