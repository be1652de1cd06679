import {
  DuckDBArrayType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  DuckDBTypeId,
  DuckDBUnionType,
} from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import type { Sql } from '../contract.ts';
import { literal, quoteIdentifier } from './names.ts';

/** Types whose hash tells apart whatever is not the same value: their values are plain integers, or bytes. */
const HASHED_AS_THEY_ARE: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIME,
  DuckDBTypeId.TIME_NS,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
  DuckDBTypeId.UUID,
]);

/** Types that the engine compares by something else than what is stored (30 days and 1 month), but prints exactly. */
const PRINTED: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.VARCHAR,
  DuckDBTypeId.ENUM,
  DuckDBTypeId.INTERVAL,
  DuckDBTypeId.TIME_TZ,
  DuckDBTypeId.BIT,
  DuckDBTypeId.BIGNUM,
]);

const isFloat = (type: DuckDBType): boolean =>
  type.typeId === DuckDBTypeId.FLOAT || type.typeId === DuckDBTypeId.DOUBLE;

/** Two ways to feed a value to the hash, so that what one could confuse the other does not. */
export interface Terms {
  readonly first: readonly Sql[];
  readonly second: readonly Sql[];
}

/** Expressions whose hashes are equal for equal stored values only; null where a type has no exact form. */
export function exactTerms(column: Sql, type: DuckDBType): Terms | null {
  const isNull = `${column} IS NULL`;
  if (HASHED_AS_THEY_ARE.has(type.typeId)) return { first: [column], second: [column, isNull] };
  if (isFloat(type)) {
    const sign = `signbit(${column})`;
    return { first: [column, sign], second: [column, sign, isNull] };
  }
  if (type.typeId === DuckDBTypeId.BLOB) return text(column, `${column} || '~'::BLOB`, isNull);
  const printed = type.typeId === DuckDBTypeId.VARCHAR ? column : exactText(column, type, 0);
  return printed === null ? null : text(printed, `concat(${printed}, '~')`, isNull);
}

/** Text is hashed twice over different bytes: one hash of it has 64 bits only. */
const text = (value: Sql, salted: Sql, isNull: Sql): Terms => ({
  first: [`hash(${value})`],
  second: [`hash(${salted})`, isNull],
});

/**
 * A value as text that no other value of its type has: every part says how long it is, so that neither a delimiter nor
 * the word NULL in a string can pass for structure.
 */
export function exactText(value: Sql, type: DuckDBType, depth: number): Sql | null {
  if (type.typeId === DuckDBTypeId.VARCHAR && depth === 0) return value;
  const whole = nestedText(value, type, depth) ?? scalarText(value, type);
  return whole === null ? null : `CASE WHEN ${value} IS NULL THEN 'N' ELSE ${whole} END`;
}

function scalarText(value: Sql, { typeId }: DuckDBType): Sql | null {
  const float = typeId === DuckDBTypeId.FLOAT || typeId === DuckDBTypeId.DOUBLE;
  if (typeId === DuckDBTypeId.BLOB) return measured(`hex(${value})`);
  if (!float && !PRINTED.has(typeId) && !HASHED_AS_THEY_ARE.has(typeId)) return null;
  return measured(`CAST(${value} AS VARCHAR)`);
}

const measured = (printed: Sql): Sql => `strlen(${printed}) || ':' || ${printed}`;

function nestedText(value: Sql, type: DuckDBType, depth: number): Sql | null {
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) return listText(value, type.valueType, depth);
  if (type instanceof DuckDBMapType) {
    const keys = listText(`map_keys(${value})`, type.keyType, depth);
    const values = listText(`map_values(${value})`, type.valueType, depth);
    return keys === null || values === null ? null : `${keys} || ${values}`;
  }
  if (type instanceof DuckDBStructType) {
    return joined(
      type.entryTypes.map((field, index) => exactText(`struct_extract_at(${value}, ${index + 1})`, field, depth + 1)),
    );
  }
  if (type instanceof DuckDBUnionType) {
    const members = type.memberTags.map((tag, index) => {
      const member = type.memberTypes[index];
      return member === undefined ? null : exactText(`union_extract(${value}, ${literal(tag)})`, member, depth + 1);
    });
    const all = joined(members);
    return all === null ? null : `CAST(union_tag(${value}) AS VARCHAR) || ${all}`;
  }
  return null;
}

function listText(list: Sql, element: DuckDBType, depth: number): Sql | null {
  const each = quoteIdentifier(`element ${depth}`);
  const inner = exactText(each, element, depth + 1);
  if (inner === null) return null;
  return `'[' || len(${list}) || ':' || coalesce(list_aggregate(list_transform(${list}, lambda ${each}: ${inner}), 'string_agg', ''), '')`;
}

function joined(parts: readonly (Sql | null)[]): Sql | null {
  return parts.includes(null) ? null : ["'{'", ...parts].join(' || ');
}
