export type JsonScalar = string | number | boolean | null;
export type Json = JsonScalar | readonly Json[] | { readonly [key: string]: Json };

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** A record with another value at a path; lists count as maps from places. */
export function withValueAt(
  record: { readonly [key: string]: Json },
  [step, ...rest]: readonly string[],
  value: Json,
): { readonly [key: string]: Json } {
  if (step === undefined) return record;
  return { ...record, [step]: valueAt(record[step], rest, value) };
}

function valueAt(inner: Json | undefined, path: readonly string[], value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (isList(inner)) return inner.map((item, index) => (String(index) === step ? valueAt(item, rest, value) : item));
  return typeof inner === 'object' && inner !== null ? withValueAt(inner, path, value) : value;
}
