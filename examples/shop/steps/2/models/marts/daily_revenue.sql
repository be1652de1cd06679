/* bough
description: What was sold on each day, cancelled orders aside
columns:
  order_date: { audits: [not_null, unique] }
audits:
  - name: no_negative_revenue
    sql: SELECT * FROM marts.daily_revenue WHERE total_revenue < 0
*/
SELECT
  order_date,
  count(*) AS total_orders,
  count(*) FILTER (WHERE status = 'COMPLETED') AS completed_orders,
  count(*) FILTER (WHERE status = 'PENDING') AS pending_orders,
  coalesce(sum(revenue), 0) AS total_revenue,
  CAST(avg(revenue) AS DECIMAL(12, 2)) AS avg_order_value,
  sum(items) AS total_items,
  sum(quality_flag) AS flagged_orders
FROM staging.orders_cleaned
WHERE status <> 'CANCELLED'
GROUP BY order_date
