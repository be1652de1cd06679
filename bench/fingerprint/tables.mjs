// Tables of 5,000,000 rows and how they are made, from cheap to dear.
export const ROWS = Number(process.env.BENCH_ROWS ?? 5_000_000);

export const INPUTS = {
  numbers: `SELECT i AS order_id, (i * 7919) % 200003 AS customer_id, DATE '2024-01-01' + (i % 700)::INTEGER AS day,
    (((i * 31) % 10007) / 100.0)::DECIMAL(10, 2) AS revenue, (i % 5)::INTEGER AS status FROM range(${ROWS}) AS numbers(i)`,
  customers: `SELECT i AS customer_id, 'customer ' || i AS label, i % 50 AS region FROM range(200003) AS numbers(i)`,
};

export const TABLES = {
  'filter, 5 columns': `SELECT * FROM numbers WHERE status <> 9`,
  'expressions, 5 columns': `SELECT order_id, customer_id, day, revenue * 1.19 AS gross,
    CASE WHEN status = 3 THEN 'paid' ELSE 'open' END AS state FROM numbers`,
  'text, 3 columns': `SELECT order_id, 'order number ' || order_id AS label, md5(customer_id::VARCHAR) AS token FROM numbers`,
  'join, 5 columns': `SELECT n.order_id, n.day, n.revenue, c.region, c.label
    FROM numbers AS n JOIN customers AS c ON c.customer_id = n.customer_id`,
  'window, 4 columns': `SELECT order_id, customer_id, revenue,
    row_number() OVER (PARTITION BY customer_id ORDER BY revenue, order_id) AS place FROM numbers`,
  'aggregate of 200,000 groups': `SELECT customer_id, sum(revenue) AS revenue, count(*) AS orders, min(day) AS first_day
    FROM numbers GROUP BY customer_id`,
};
