// Two projects as lists of models in an order that can be built. `sql` takes how a model is named: by Bough's users, or
// by hand. They read no files, so that both sides run the very same statements.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pad = (number) => String(number).padStart(3, '0');
const nameOf = (index) => `m_${pad(index)}`;

/** 300 tables of 20 rows: 30 of them made of nothing, each of the others reads two of the 40 before it. */
export function tiny(count = 300) {
  return Array.from({ length: count }, (_, index) => {
    if (index < 30) {
      return {
        name: nameOf(index),
        sql: () =>
          `SELECT i AS id, i % 7 AS kind, (i * ${index + 3}) % 101 AS amount, 'name ' || i AS label\nFROM range(20) AS numbers(i)`,
      };
    }
    const [left, right] = [index - 1 - ((index * 7) % 30), index - 1 - ((index * 13 + 5) % 30)];
    return {
      name: nameOf(index),
      sql: (ref) =>
        [
          'WITH totals AS (',
          `  SELECT kind, sum(amount) AS total FROM ${ref(nameOf(right))} GROUP BY kind`,
          ')',
          `SELECT l.id, l.kind, (l.amount + coalesce(t.total, 0)::BIGINT + ${index}) % 101 AS amount, l.label`,
          `FROM ${ref(nameOf(left))} AS l LEFT JOIN totals AS t ON t.kind = l.kind`,
        ].join('\n'),
    };
  });
}

/** 10 models over 5,000,000 generated rows: joins, aggregates, a window, a sort. */
export function large(rows = 5_000_000) {
  return [
    {
      name: 'orders',
      sql: () =>
        `SELECT i AS order_id, (i * 7919) % 200003 AS customer_id, DATE '2024-01-01' + (i % 700)::INTEGER AS day,\n` +
        `  ((i * 31) % 10007) / 100.0 AS revenue, (i % 5)::INTEGER AS status\nFROM range(${rows}) AS numbers(i)`,
    },
    {
      name: 'customers',
      sql: () =>
        `SELECT i AS customer_id, 'customer ' || i AS label, i % 50 AS region\nFROM range(200003) AS numbers(i)`,
    },
    { name: 'paid', sql: (ref) => `SELECT * FROM ${ref('orders')} WHERE status <> 3 AND revenue > 1` },
    {
      name: 'daily',
      sql: (ref) => `SELECT day, sum(revenue) AS revenue, count(*) AS orders\nFROM ${ref('paid')} GROUP BY day`,
    },
    {
      name: 'by_customer',
      sql: (ref) =>
        `SELECT customer_id, sum(revenue) AS revenue, count(*) AS orders, min(day) AS first_day, max(day) AS last_day\n` +
        `FROM ${ref('paid')} GROUP BY customer_id`,
    },
    {
      name: 'enriched',
      sql: (ref) =>
        `SELECT o.order_id, o.day, o.revenue, c.region\n` +
        `FROM ${ref('paid')} AS o JOIN ${ref('customers')} AS c ON c.customer_id = o.customer_id`,
    },
    {
      name: 'ranked',
      sql: (ref) =>
        `SELECT order_id, customer_id, revenue,\n` +
        `  rank() OVER (PARTITION BY customer_id ORDER BY revenue DESC) AS place\nFROM ${ref('paid')} WHERE status = 1`,
    },
    {
      name: 'by_region',
      sql: (ref) =>
        `SELECT region, date_trunc('month', day) AS month, sum(revenue) AS revenue\nFROM ${ref('enriched')} GROUP BY ALL`,
    },
    {
      name: 'best_orders',
      sql: (ref) =>
        `SELECT r.order_id, c.label, r.revenue\n` +
        `FROM ${ref('ranked')} AS r JOIN ${ref('customers')} AS c ON c.customer_id = r.customer_id WHERE r.place = 1`,
    },
    {
      name: 'summary',
      sql: (ref) =>
        `SELECT b.region, sum(b.revenue) AS revenue, (SELECT count(*) FROM ${ref('daily')}) AS days,\n` +
        `  (SELECT max(orders) FROM ${ref('by_customer')}) AS most\nFROM ${ref('by_region')} AS b GROUP BY b.region`,
    },
  ];
}

export const PROJECTS = { tiny, large };

/** Writes one of them as Bough's users would have it; returns how many models there are. */
export function writeProject(folder, project) {
  const models = PROJECTS[project]();
  mkdirSync(join(folder, 'models', 'm'), { recursive: true });
  writeFileSync(join(folder, 'bough.yml'), 'name: overhead\n');
  for (const { name, sql } of models) {
    writeFileSync(join(folder, 'models', 'm', `${name}.sql`), `${sql((ref) => `m.${ref}`)}\n`);
  }
  return models.length;
}
