SELECT order_id, customer, ordered_at, amount
FROM raw.orders
WHERE ordered_at >= DATE '2026-02-01' - {{ training.train_days }}
  AND amount <= {{ risk.max_amount }}
