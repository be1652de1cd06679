/* bough
description: Cleaned orders, each replaced by its update where there is one
columns:
  order_id: { audits: [not_null, unique] }
  source_batch: { audits: [accepted_values: [original, update]] }
*/
WITH updates AS (
  SELECT
    order_id,
    coalesce(customer_id, 'UNKNOWN') AS customer_id,
    CAST(order_date AS DATE) AS order_date,
    upper(trim(status)) AS status,
    CASE WHEN revenue >= 0 THEN revenue END AS revenue,
    greatest(items, 0) AS items,
    CASE WHEN customer_id IS NULL OR revenue < 0 OR items < 0 THEN 1 ELSE 0 END AS quality_flag
  FROM raw.orders_updates
)
SELECT order_id, customer_id, order_date, status, revenue, items, quality_flag, 'original' AS source_batch
FROM staging.orders_cleaned AS cleaned
WHERE NOT EXISTS (SELECT 1 FROM updates WHERE updates.order_id = cleaned.order_id)
UNION ALL
SELECT order_id, customer_id, order_date, status, revenue, items, quality_flag, 'update' AS source_batch
FROM updates
