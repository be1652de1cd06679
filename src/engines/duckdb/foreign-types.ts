import type { ForeignColumn } from '../../sources/contract.ts';
import type { Sql } from '../contract.ts';
import type { Unheld } from '../foreign.ts';
import { literal } from './names.ts';

/** How a column of PostgreSQL comes in: sent as text, read from CSV as one type, made into another. */
export interface Landing {
  readonly name: string;
  /** The type that the column has in the build. */
  readonly type: Sql;
  /** The type that the CSV reader gives it. */
  readonly read: Sql;
  /** The expression that PostgreSQL sends, over its column. */
  readonly sent: (column: Sql) => Sql;
  /** The value, made of what was read. */
  readonly made: (value: Sql) => Sql;
}

type Scalar = Pick<Landing, 'type' | 'read' | 'sent' | 'made'>;

const same = (value: Sql): Sql => value;
const asText = (column: Sql): Sql => `${column}::text`;
const plain = (type: Sql): Scalar => ({ type, read: type, sent: same, made: same });

/** PostgreSQL says `0044-03-15 BC`, which DuckDB takes for a day of our era. */
const withEra = (column: Sql, first: Sql): Sql =>
  `CASE WHEN ${column} >= ${first} OR NOT isfinite(${column}) THEN ${column}::text
   ELSE regexp_replace(${column}::text, '^(\\S+)(.*) BC$', '\\1 (BC)\\2') END`;

/** Months, days and microseconds, as both keep them. */
const intervalText = (column: Sql): Sql => {
  const part = (field: string): Sql => `extract(${field} FROM ${column})::bigint`;
  const months = `(${part('year')} * 12 + ${part('month')})`;
  const time = `(${part('hour')} * 3600000000 + ${part('minute')} * 60000000 + ${part('microseconds')})`;
  const text = `${months} || ' months ' || ${part('day')} || ' days ' || ${time} || ' microseconds'`;
  return `CASE WHEN isfinite(${column}) THEN ${text} ELSE ${column}::text END`;
};

const TIMESTAMP: Scalar = {
  ...plain('TIMESTAMP'),
  sent: (column) => withEra(column, `TIMESTAMP '0001-01-01'`),
};

const SCALARS: Readonly<Partial<Record<string, Scalar>>> = {
  bool: plain('BOOLEAN'),
  int2: plain('SMALLINT'),
  int4: plain('INTEGER'),
  int8: plain('BIGINT'),
  float4: plain('FLOAT'),
  float8: plain('DOUBLE'),
  text: plain('VARCHAR'),
  varchar: plain('VARCHAR'),
  bpchar: plain('VARCHAR'),
  name: plain('VARCHAR'),
  date: { ...plain('DATE'), sent: (column) => withEra(column, `DATE '0001-01-01'`) },
  time: plain('TIME'),
  timetz: plain('TIME WITH TIME ZONE'),
  timestamp: TIMESTAMP,
  // As a time in UTC: reading zones takes twice as long.
  timestamptz: {
    ...TIMESTAMP,
    type: 'TIMESTAMP WITH TIME ZONE',
    sent: (column) => TIMESTAMP.sent(`(${column} AT TIME ZONE 'UTC')`),
    made: (value) => `(${value} AT TIME ZONE 'UTC')`,
  },
  interval: { ...plain('INTERVAL'), sent: intervalText },
  uuid: plain('UUID'),
  json: plain('JSON'),
  jsonb: plain('JSON'),
  bytea: {
    type: 'BLOB',
    read: 'VARCHAR',
    sent: (column) => `encode(${column}, 'hex')`,
    made: (value) => `unhex(${value})`,
  },
};

const MAX_PRECISION = 38;

/** What to cast to where there is no type for it. */
const CASTS: Readonly<Partial<Record<string, string>>> = {
  numeric: 'numeric(38, 9)',
  money: 'numeric(19, 2)',
  oid: 'bigint',
};

const castOf = ({ builtIn, array }: ForeignColumn): string => {
  const cast = (builtIn === null ? undefined : CASTS[builtIn]) ?? 'text';
  return array ? `${cast}[]` : cast;
};

function scalarOf(column: ForeignColumn): Scalar | null {
  if (column.enumeration) return { ...plain('VARCHAR'), sent: asText };
  if (column.builtIn === 'numeric') return decimal(column.modifier);
  // A cast of its elements to text would take their blanks away.
  if (column.builtIn === 'bpchar' && column.array) return null;
  return column.builtIn === null ? null : (SCALARS[column.builtIn] ?? null);
}

/** The modifier holds the precision, and in eleven bits the scale, which may be negative or above the precision. */
function decimal(modifier: number): Scalar | null {
  if (modifier < 0) return null;
  const precision = ((modifier - 4) >> 16) & 0xffff;
  const scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
  const digits = Math.max(precision - Math.min(scale, 0), scale);
  return digits > MAX_PRECISION ? null : plain(`DECIMAL(${digits},${Math.max(scale, 0)})`);
}

/** How a column is taken in; of one that DuckDB has no type for, the cast that would help. */
export function landingOf(column: ForeignColumn, declared: string | null): Landing | Unheld {
  const { name } = column;
  const scalar = scalarOf(column);
  if (scalar === null) {
    if (declared === null || column.array) return { cast: castOf(column) };
    return { name, type: declared, read: 'VARCHAR', sent: asText, made: (value) => `CAST(${value} AS ${declared})` };
  }
  const own = column.array ? listOf(name, scalar) : scalar;
  if (declared === null) return { name, ...own };
  return { name, ...own, type: declared, made: (value) => `CAST(${own.made(value)} AS ${declared})` };
}

/** Elements go as texts in JSON, so that none loses a digit. */
function listOf(name: string, { type, read, sent, made }: Scalar): Scalar {
  const texts = (value: Sql): Sql => `from_json(${value}, '["VARCHAR"]')`;
  const element = made(`CAST(e AS ${read})`);
  const list = (value: Sql): Sql =>
    read === 'VARCHAR' && made === same ? texts(value) : `list_transform(${texts(value)}, lambda e: ${element})`;
  return {
    type: `${type}[]`,
    read: 'VARCHAR',
    sent: (column) =>
      sent === same || sent === asText
        ? `to_json(${column}::text[])`
        : `CASE WHEN ${column} IS NULL THEN NULL WHEN array_ndims(${column}) > 1 THEN '[['
           ELSE (SELECT coalesce(to_json(array_agg((${sent('e')})::text ORDER BY i))::text, '[]')
                 FROM unnest(${column}) WITH ORDINALITY AS u (e, i)) END`,
    made: (value) =>
      `CASE WHEN starts_with(${value}, '[[') THEN error(${literal(severalDimensions(name))}) ELSE ${list(value)} END`,
  };
}

const severalDimensions = (name: string): string =>
  `column \`${name}\` holds an array of several dimensions, which is no list: cast it to text, or with to_jsonb`;
