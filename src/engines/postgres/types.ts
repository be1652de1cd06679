import type { Column } from '../../model/facts.ts';
import type { Field } from '../../postgres/wire.ts';

/** What is known of a server's types; each is asked for once. */
export class TypeNames {
  readonly names = new Map<string, string>();
  readonly kinds = new Map<number, TypeKind>();
}

export interface TypeKind {
  /** The type of an array's elements; null where the type is no array. */
  readonly element: number | null;
  /** What a domain stands for; the type itself elsewhere. */
  readonly base: number;
}

interface Asking {
  texts(statement: string): Promise<readonly (readonly string[])[]>;
}

const keyOf = ({ type, modifier }: Field): string => `${type}/${modifier}`;

/** Fields with the names of their types as the server spells them: `numeric(10,2)`, `timestamp with time zone`. */
export async function columnsOf(
  asking: Asking,
  fields: readonly Field[],
  { names }: TypeNames,
): Promise<readonly Column[]> {
  const unknown = [...new Map(fields.map((field) => [keyOf(field), field])).values()].filter(
    (field) => !names.has(keyOf(field)),
  );
  if (unknown.length > 0) {
    const values = unknown.map(({ type, modifier }) => `(${type}::oid, ${modifier})`).join(', ');
    const rows = await asking.texts(`SELECT t, m, pg_catalog.format_type(t, m) FROM (VALUES ${values}) AS v (t, m)`);
    for (const [type = '', modifier = '', name = ''] of rows) names.set(`${type}/${modifier}`, name);
  }
  return fields.map((field) => ({ name: field.name, type: names.get(keyOf(field)) ?? 'unknown' }));
}

/** Arrays and domains among these types, those of elements included. */
export async function kindsOf(
  asking: Asking,
  types: Iterable<number>,
  { kinds }: TypeNames,
): Promise<ReadonlyMap<number, TypeKind>> {
  for (let missing = unknownOf(types, kinds); missing.length > 0; missing = unknownOf(missing, kinds)) {
    const rows = await asking.texts(
      `SELECT t.oid, CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem END, nullif(t.typbasetype, 0)
       FROM pg_catalog.pg_type AS t WHERE t.oid IN (${missing.join(', ')})`,
    );
    for (const [oid = '', element = '', base = ''] of rows) {
      kinds.set(Number(oid), { element: element === '' ? null : Number(element), base: Number(base || oid) });
    }
    for (const one of missing) if (!kinds.has(one)) kinds.set(one, { element: null, base: one });
    missing = missing.flatMap((one) => [kinds.get(one)?.element ?? one, kinds.get(one)?.base ?? one]);
    types = missing;
  }
  return kinds;
}

const unknownOf = (types: Iterable<number>, kinds: ReadonlyMap<number, TypeKind>): readonly number[] =>
  [...new Set(types)].filter((one) => !kinds.has(one));
