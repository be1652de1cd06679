/* bough
description: The latest row of each order, repaired where it was wrong
columns:
  order_id: { audits: [not_null, unique] }
  status: { audits: [not_null, accepted_values: [COMPLETED, PENDING, CANCELLED]] }
  quality_flag:
    description: 1 where the customer, the revenue or the items were wrong
    audits: [accepted_values: [0, 1]]
audits:
  - not_null: [customer_id, order_date, items]
*/
SELECT
  order_id,
  coalesce(customer_id, 'UNKNOWN') AS customer_id,
  CAST(order_date AS DATE) AS order_date,
  CAST(order_date AS TIME) AS order_time,
  upper(trim(status)) AS status,
  CASE WHEN revenue >= 0 THEN revenue END AS revenue,
  greatest(items, 0) AS items,
  CASE WHEN customer_id IS NULL OR revenue < 0 OR items < 0 THEN 1 ELSE 0 END AS quality_flag
FROM raw.orders AS o
QUALIFY row_number() OVER (PARTITION BY o.order_id ORDER BY o.order_date DESC) = 1
