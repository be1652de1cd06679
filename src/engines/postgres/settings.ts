import { canonicalize } from 'json-canonicalize';
import { literal } from '../../postgres/literal.ts';

/**
 * Every setting that can change the result of a query, so that neither the server's configuration, nor the role's, nor a
 * variable of the environment changes what a build holds. They are part of every build's key.
 */
const RESULT_SETTINGS = {
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  array_nulls: 'on',
  backslash_quote: 'safe_encoding',
  bytea_output: 'hex',
  default_text_search_config: 'pg_catalog.simple',
  extra_float_digits: '1',
  gin_fuzzy_search_limit: '0',
  lc_monetary: 'C',
  lc_numeric: 'C',
  lc_time: 'C',
  quote_all_identifiers: 'off',
  search_path: 'public',
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  xmlbinary: 'base64',
  xmloption: 'content',
} as const;

/** A client that falls asleep in a transaction gives its locks back. */
const ASLEEP = 60_000;

export interface Session {
  readonly timezone: string;
  readonly role: string | null;
  /** Milliseconds; 0: no limit. */
  readonly statementTimeout: number;
}

/** What each transaction sets for itself: a pooler may lend it another server session than the one before. */
export function transactionSettings({ timezone, role, statementTimeout }: Session): string {
  const settings = {
    ...RESULT_SETTINGS,
    TimeZone: timezone,
    statement_timeout: String(statementTimeout),
    idle_in_transaction_session_timeout: String(ASLEEP),
    lock_timeout: '0',
    ...(role === null ? {} : { role }),
  };
  return Object.entries(settings)
    .map(([name, value]) => `SET LOCAL ${name} = ${name === 'search_path' ? value : literal(value)};`)
    .join(' ');
}

/** What a database adds: how text is ordered and which characters there are. */
export interface DatabaseFact {
  readonly version: number;
  readonly locale: Readonly<Record<string, unknown>>;
}

/** The engine as keys see it. Minor versions keep results equal, as PostgreSQL promises. */
export function engineFact({ version, locale }: DatabaseFact, timezone: string): string {
  const major = Math.floor(version / 10_000);
  return `postgres/${major} ${canonicalize({ ...RESULT_SETTINGS, ...locale, TimeZone: timezone })}`;
}
