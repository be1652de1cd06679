import { quoteIdentifier } from './literal.ts';

/** `raw.orders`, `"Raw"."my.orders"`, as a user names a table, quoted; what is not quoted is lower case. null: no name. */
export function quotedTable(written: string): string | null {
  const parts = written.match(/"(?:[^"]|"")+"|[^.\s"]+/g) ?? [];
  const whole = parts.join('.') === written.replaceAll(/\s*\.\s*/g, '.').trim();
  if (!whole || parts.length === 0 || parts.length > 2) return null;
  return parts
    .map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase()))
    .map(quoteIdentifier)
    .join('.');
}
