import { canonicalize } from 'json-canonicalize';
import { literal } from './names.ts';

/**
 * Every setting that can change the result of a query, at the engine's own default, so that neither a later default
 * nor another connection of the same process changes what a build holds. They are part of every build's key.
 */
const RESULT_SETTINGS = {
  Calendar: 'gregorian',
  binary_as_string: false,
  default_collation: '',
  default_null_order: 'NULLS_LAST',
  default_order: 'ASCENDING',
  deprecated_using_key_syntax: 'DEFAULT',
  disable_timestamptz_casts: false,
  ieee_floating_point_ops: true,
  integer_division: false,
  lambda_syntax: 'DEFAULT',
  old_implicit_casting: false,
  order_by_non_integer_literal: false,
  pivot_filter_threshold: 20,
  pivot_limit: 100_000,
  preserve_identifier_case: true,
  preserve_insertion_order: true,
  scalar_subquery_error_on_multiple_rows: true,
} as const;

/** Extensions are downloads: whether a function exists must not depend on the machine's cache or network. */
const INSTANCE_SETTINGS = { autoinstall_known_extensions: false, autoload_known_extensions: false } as const;

/** Errors come as JSON with the position of what was wrong. Changes no result. */
const REPORT_SETTINGS = { errors_as_json: true } as const;

type Value = string | number | boolean;
const written = (value: Value): string => (typeof value === 'string' ? literal(value) : String(value));
const statements = (scope: 'GLOBAL' | 'SESSION', settings: Readonly<Record<string, Value>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `SET ${scope} ${name} = ${written(value)};`)
    .join('\n');

/** What each connection runs before anything else. */
export const sessionStatements = (timezone: string): string =>
  statements('SESSION', { ...RESULT_SETTINGS, ...REPORT_SETTINGS, TimeZone: timezone });

export interface Resources {
  readonly threads: number | null;
  readonly memoryLimit: string | null;
}

/** What the first connection to a database runs once. */
export const instanceStatements = (resources: Resources): string =>
  statements('GLOBAL', {
    ...INSTANCE_SETTINGS,
    ...(resources.threads === null ? {} : { threads: resources.threads }),
    ...(resources.memoryLimit === null ? {} : { memory_limit: resources.memoryLimit }),
  });

/** The engine as keys see it. Minor versions keep results equal, as DuckDB promises; the file format is stable too. */
export function engineFact(version: string, timezone: string): string {
  const major = version.split('.')[0] ?? version;
  return `duckdb/${major} ${canonicalize({ ...RESULT_SETTINGS, ...INSTANCE_SETTINGS, TimeZone: timezone })}`;
}
