import {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBUnionType,
  DuckDBUnionValue,
  DuckDBVariantValue,
} from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Column } from '../../model/facts.ts';
import type { Json } from '../../model/json.ts';
import { dateText, timestampText } from './calendar.ts';

/** JSON has no word for them; the engine takes these back with a cast to DOUBLE. */
function float(value: number, single: boolean): Json {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return single ? shortest(value) : value;
}

/** The shortest decimal that is this 32-bit float: 0.1, not 0.10000000149011612. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits += 1) {
    const rounded = Number(value.toPrecision(digits));
    if (Object.is(Math.fround(rounded), value)) return rounded;
  }
  return value;
}

function timestamp(value: DuckDBValue): string | null {
  if (value instanceof DuckDBDateValue) return dateText(value.days);
  if (value instanceof DuckDBTimestampValue) return timestampText(value.micros, 1_000_000n);
  // The instant in UTC, whatever the zone of the session: one instant has one text.
  if (value instanceof DuckDBTimestampTZValue) return timestampText(value.micros, 1_000_000n, '+00');
  if (value instanceof DuckDBTimestampSecondsValue) return timestampText(value.seconds, 1n);
  if (value instanceof DuckDBTimestampMillisecondsValue) return timestampText(value.millis, 1000n);
  if (value instanceof DuckDBTimestampNanosecondsValue) return timestampText(value.nanos, 1_000_000_000n);
  return null;
}

function nested(value: DuckDBValue, type: DuckDBType): Json | undefined {
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    const element = type instanceof DuckDBListType || type instanceof DuckDBArrayType ? type.valueType : type;
    return value.items.map((item) => toJson(item, element));
  }
  if (value instanceof DuckDBStructValue && type instanceof DuckDBStructType) {
    const fields = Object.entries(value.entries);
    return Object.fromEntries(fields.map(([name, field]) => [name, toJson(field, type.typeForEntry(name))]));
  }
  if (value instanceof DuckDBMapValue && type instanceof DuckDBMapType) {
    const { keyType, valueType } = type;
    return value.entries.map((entry) => ({ key: toJson(entry.key, keyType), value: toJson(entry.value, valueType) }));
  }
  if (value instanceof DuckDBUnionValue && type instanceof DuckDBUnionType) {
    return { tag: value.tag, value: toJson(value.value, type.memberTypeForTag(value.tag)) };
  }
  if (value instanceof DuckDBVariantValue) return toJson(value.value, value.type ?? type);
  return undefined;
}

/**
 * A value as the contract wants it. Booleans, integers up to 32 bits and finite floats are native (NaN and the
 * infinities are strings); lists, structs and maps (as `{ key, value }` pairs) are JSON of the same kind; all else is
 * the text that the engine itself prints, with timestamps that have a zone in UTC.
 */
export function toJson(value: DuckDBValue, type: DuckDBType): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return float(value, type.typeId === DuckDBTypeId.FLOAT);
  return nested(value, type) ?? timestamp(value) ?? String(value);
}

interface WithColumns {
  readonly columnCount: number;
  columnName(index: number): string;
  columnType(index: number): DuckDBType;
}

const named = (type: DuckDBType): string => type.alias ?? type.toString();

/** Names and types of a result. Nested types are spelled by the driver, which quotes every field of a struct. */
export const columnsOf = (result: WithColumns): readonly Column[] =>
  Array.from({ length: result.columnCount }, (_, index) => ({
    name: result.columnName(index),
    type: named(result.columnType(index)),
  }));

const SPELLED_OTHERWISE: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.UNION,
  DuckDBTypeId.ENUM,
  DuckDBTypeId.LIST,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.MAP,
  DuckDBTypeId.VARIANT,
]);

/** Whether the driver is known to spell the type as DESCRIBE does. Fields of structs and aliases (JSON) differ. */
export const isPlain = (type: DuckDBType): boolean => !SPELLED_OTHERWISE.has(type.typeId) && type.alias === undefined;
