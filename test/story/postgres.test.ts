import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { freshDatabase, sharedServer, type Database } from '../support/postgres/server.ts';
import { play } from './play.ts';

/** PostgreSQL has no QUALIFY. */
const CLEANED = `/* bough
description: The latest row of each order, repaired where it was wrong
columns:
  order_id: { audits: [not_null, unique] }
  status: { audits: [not_null, accepted_values: [COMPLETED, PENDING, CANCELLED]] }
audits:
  - not_null: [customer_id, order_date, items]
storage: { primary_key: order_id, indexes: [status] }
*/
SELECT DISTINCT ON (o.order_id)
  order_id,
  coalesce(customer_id, 'UNKNOWN') AS customer_id,
  CAST(order_date AS DATE) AS order_date,
  CAST(order_date AS TIME) AS order_time,
  upper(trim(status)) AS status,
  CASE WHEN revenue >= 0 THEN revenue END AS revenue,
  greatest(items, 0) AS items,
  CASE WHEN customer_id IS NULL OR revenue < 0 OR items < 0 THEN 1 ELSE 0 END AS quality_flag
FROM raw.orders AS o
ORDER BY o.order_id, o.order_date DESC
`;

const url = ({ options }: Database): string => `postgres://postgres@127.0.0.1:${options.port}/${options.database}`;

describe('the story of the shop on PostgreSQL', () => {
  const made: Database[] = [];

  play({
    prepare: async (folder) => {
      const server = await sharedServer();
      const warehouse = await freshDatabase(server);
      const state = await freshDatabase(server);
      made.push(warehouse, state);
      writeFileSync(
        join(folder, 'bough.yml'),
        `name: shop\nengine: { url: "${url(warehouse)}" }\nstate: ${url(state)}\n`,
      );
      writeFileSync(join(folder, 'models/staging/orders_cleaned.sql'), CLEANED);
    },
    orderCounts: true,
    clear: async () => {
      for (const database of made) await database.drop();
    },
  });
});
