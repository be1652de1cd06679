/** Where a place that the server gave (characters from 1) stands in a statement, in UTF-16 units; null where it gave none. */
export function offsetOf(position: string, statement: string): number | null {
  if (position === '') return null;
  return Array.from(statement)
    .slice(0, Number(position) - 1)
    .join('').length;
}

/** A field of what the driver threw; '' where there is none. */
export const textIn = (raw: unknown, field: string): string => {
  const value: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, field) : '';
  return typeof value === 'string' ? value : '';
};
