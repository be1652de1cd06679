import { z } from 'zod';
import { STATUSES, type Container } from '../model/references.ts';

const text = z.string().regex(/\S/, 'must not be empty');

/** A connection as it is written. A password has no place in it. */
export const containerSchema = z.strictObject({
  type: text,
  name: text.optional(),
  host: text.optional(),
  port: z.int().min(1, 'must be a port').max(65_535, 'must be a port').optional(),
  database: text.optional(),
  user: text.optional(),
  path: text.optional(),
  status: z.enum(STATUSES).optional(),
  credential: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'must be the name of a credential')
    .optional(),
  options: z.record(z.string(), z.json()).optional(),
});

/** Every key said, so that two that mean the same are equal. */
export const containerOf = (written: z.infer<typeof containerSchema>): Container => ({
  type: written.type,
  name: written.name ?? null,
  host: written.host ?? null,
  port: written.port ?? null,
  database: written.database ?? null,
  user: written.user ?? null,
  path: written.path ?? null,
  status: written.status ?? null,
  credential: written.credential ?? null,
  options: written.options ?? {},
});

/** How people tell it from others: `CustomerDB_Prod (prod-db.internal:5432/customer_production)`. */
export function containerText({ type, name, host, port, database, path }: Container): string {
  const server = host === null ? null : `${host}${port === null ? '' : `:${port}`}`;
  const place = [server, path ?? database].filter((part) => part !== null).join('/');
  if (name === null) return place === '' ? type : `${type} ${place}`;
  return place === '' ? name : `${name} (${place})`;
}
