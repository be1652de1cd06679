import { literal } from '../../postgres/literal.ts';
import type { Field, Wire } from '../../postgres/wire.ts';
import type { ForeignColumn } from '../contract.ts';

/** A row of the catalog of types. */
interface TypeRow {
  readonly name: string;
  readonly builtIn: boolean;
  readonly kind: string;
  /** What a domain stands for. */
  readonly base: number;
  readonly modifier: number;
  /** Of an array; 0 elsewhere. */
  readonly element: number;
}

/** Base types, ranges and multiranges; not rows, and not what stands for any type. */
const VALUES: ReadonlySet<string> = new Set(['b', 'r', 'm']);

type Catalog = ReadonlyMap<number, TypeRow>;

/** What there is behind a type and its modifier, domains seen through. */
interface Resolved {
  readonly type: number;
  readonly modifier: number;
  readonly array: boolean;
  readonly domain: boolean;
}

/** Columns of a query's result, with all that has to be known to bring their values elsewhere. */
export async function foreignColumns(wire: Wire, fields: readonly Field[]): Promise<readonly ForeignColumn[]> {
  const catalog = await catalogOf(
    wire,
    fields.map(({ type }) => type),
  );
  const resolved = fields.map(({ type, modifier }) =>
    resolve({ type, modifier, array: false, domain: false }, catalog),
  );
  const asked = [...fields, ...resolved].map(({ type, modifier }) => [type, modifier] as const);
  const spelled = await spellings(wire, asked);
  return fields.map(({ name }, index) => {
    const { type = 0, modifier = -1, array = false, domain = false } = resolved[index] ?? {};
    const row = catalog.get(type);
    return {
      name,
      written: spelled[index] ?? 'unknown',
      plain: spelled[fields.length + index] ?? 'unknown',
      builtIn: row?.builtIn === true && VALUES.has(row.kind) ? row.name : null,
      modifier,
      array,
      enumeration: row?.kind === 'e',
      domain,
    };
  });
}

async function catalogOf(wire: Wire, types: readonly number[]): Promise<Catalog> {
  const known = new Map<number, TypeRow>();
  for (let wanted = [...new Set(types)]; wanted.length > 0;) {
    const [answer] = await wire.send(
      `SELECT t.oid, t.typname, n.nspname = 'pg_catalog', t.typtype, t.typbasetype, t.typtypmod,
         CASE WHEN t.typcategory = 'A' AND t.typlen = -1 AND t.typname NOT IN ('int2vector', 'oidvector') THEN t.typelem ELSE 0 END
       FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
       WHERE t.oid IN (${wanted.join(', ')})`,
    );
    for (const [oid, name, builtIn, kind, base, modifier, element] of answer?.rows ?? []) {
      known.set(Number(oid), {
        name: name ?? '',
        builtIn: builtIn === 't',
        kind: kind ?? '',
        base: Number(base),
        modifier: Number(modifier),
        element: Number(element),
      });
    }
    const next = [...known.values()].flatMap(({ base, element }) => [base, element]);
    wanted = [...new Set(next)].filter((oid) => oid !== 0 && !known.has(oid));
  }
  return known;
}

function resolve(one: Resolved, catalog: Catalog): Resolved {
  const row = catalog.get(one.type);
  if (row?.kind === 'd') {
    const modifier = one.modifier === -1 ? row.modifier : one.modifier;
    return resolve({ ...one, type: row.base, modifier, domain: true }, catalog);
  }
  if (row === undefined || row.element === 0 || one.array) return one;
  return resolve({ ...one, type: row.element, array: true }, catalog);
}

async function spellings(wire: Wire, types: readonly (readonly [number, number])[]): Promise<readonly string[]> {
  if (types.length === 0) return [];
  const rows = types.map(([type, modifier], index) => `(${index}, ${type}::oid, ${modifier})`).join(', ');
  const [answer] = await wire.send(
    `SELECT pg_catalog.format_type(t, m) FROM (VALUES ${rows}) AS v (i, t, m) ORDER BY i`,
  );
  return (answer?.rows ?? []).map(([name]) => name ?? '');
}

/** Tables, views and the like that the role can name: `public.orders`. */
export async function tableNames(wire: Wire, schema: string | null): Promise<readonly string[]> {
  const where = schema === null ? '' : `AND n.nspname = ${literal(schema)}`;
  const [answer] = await wire.send(
    `SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class AS c
     JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
       ${where} LIMIT 10000`,
  );
  return (answer?.rows ?? []).map(([name]) => name ?? '');
}
