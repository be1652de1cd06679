SELECT customer, count(*) AS orders, sum(amount) AS amount
FROM features.training_orders
GROUP BY customer
HAVING count(*) >= {{ growth.min_orders }}
