import {
  DuckDBArrayType,
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  DuckDBTypeId,
} from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import type { Sql } from '../contract.ts';

/** What PostgreSQL calls the types that hold the very same values. */
const TYPES: ReadonlyMap<DuckDBTypeId, string> = new Map([
  [DuckDBTypeId.BOOLEAN, 'boolean'],
  [DuckDBTypeId.TINYINT, 'smallint'],
  [DuckDBTypeId.SMALLINT, 'smallint'],
  [DuckDBTypeId.INTEGER, 'integer'],
  [DuckDBTypeId.BIGINT, 'bigint'],
  [DuckDBTypeId.HUGEINT, 'numeric(39,0)'],
  [DuckDBTypeId.UTINYINT, 'smallint'],
  [DuckDBTypeId.USMALLINT, 'integer'],
  [DuckDBTypeId.UINTEGER, 'bigint'],
  [DuckDBTypeId.UBIGINT, 'numeric(20,0)'],
  [DuckDBTypeId.UHUGEINT, 'numeric(39,0)'],
  [DuckDBTypeId.BIGNUM, 'numeric'],
  [DuckDBTypeId.FLOAT, 'real'],
  [DuckDBTypeId.DOUBLE, 'double precision'],
  [DuckDBTypeId.VARCHAR, 'text'],
  [DuckDBTypeId.ENUM, 'text'],
  [DuckDBTypeId.BLOB, 'bytea'],
  [DuckDBTypeId.BIT, 'bit varying'],
  [DuckDBTypeId.UUID, 'uuid'],
  [DuckDBTypeId.DATE, 'date'],
  [DuckDBTypeId.TIME, 'time without time zone'],
  [DuckDBTypeId.TIME_TZ, 'time with time zone'],
  [DuckDBTypeId.TIMESTAMP, 'timestamp without time zone'],
  [DuckDBTypeId.TIMESTAMP_S, 'timestamp without time zone'],
  [DuckDBTypeId.TIMESTAMP_MS, 'timestamp without time zone'],
  [DuckDBTypeId.TIMESTAMP_TZ, 'timestamp with time zone'],
  [DuckDBTypeId.INTERVAL, 'interval'],
]);

const isList = (type: DuckDBType): type is DuckDBListType | DuckDBArrayType =>
  type instanceof DuckDBListType || type instanceof DuckDBArrayType;

const isNested = (type: DuckDBType): boolean => type instanceof DuckDBStructType || type instanceof DuckDBMapType;

/** PostgreSQL's name for a type; null where it has none that holds every value. */
export function outType(type: DuckDBType): string | null {
  if (isList(type)) {
    const element = outType(type.valueType);
    // An array of arrays has the type of an array.
    return element === null ? null : `${element.replace(/(\[\])+$/, '')}[]`;
  }
  if (isNested(type) || type.alias === 'JSON') return 'json';
  if (type instanceof DuckDBDecimalType) return `numeric(${type.width},${type.scale})`;
  return TYPES.get(type.typeId) ?? null;
}

/** A value as text that PostgreSQL reads as the same value. */
export function outValue(value: Sql, type: DuckDBType, depth = 0): Sql {
  if (isList(type)) return arrayOf(value, type.valueType, depth);
  if (isNested(type)) return `CAST(to_json(${value}) AS VARCHAR)`;
  if (type.typeId === DuckDBTypeId.BLOB) return `'\\x' || hex(${value})`;
  if (CALENDAR.has(type.typeId)) return before(value);
  if (type.typeId !== DuckDBTypeId.TIMESTAMP_TZ) return value;
  // In UTC: a zone's past offsets have seconds, of which not every database knows.
  return `${before(`${value} AT TIME ZONE 'UTC'`)} || CASE WHEN isfinite(${value}) THEN '+00' ELSE '' END`;
}

const CALENDAR: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
]);

/** PostgreSQL takes what stands in brackets for a comment: `44-03-15 (BC)` would be another year. */
const before = (value: Sql): Sql => `replace(CAST(${value} AS VARCHAR), '(BC)', 'BC')`;

function arrayOf(value: Sql, type: DuckDBType, depth: number): Sql {
  const element = `e${depth}`;
  const inner = outValue(element, type, depth + 1);
  const written = isList(type) ? inner : quoted(inner);
  const items = `list_transform(${value}, lambda ${element}: CASE WHEN ${element} IS NULL THEN 'NULL' ELSE ${written} END)`;
  return `CASE WHEN ${value} IS NOT NULL THEN '{' || coalesce(array_to_string(${items}, ','), '') || '}' END`;
}

const quoted = (value: Sql): Sql =>
  `'"' || replace(replace(CAST(${value} AS VARCHAR), '\\', '\\\\'), '"', '\\"') || '"'`;
