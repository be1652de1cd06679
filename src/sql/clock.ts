import type { ClockUse, Dialect } from './contract.ts';

type Kind = 'date' | 'timestamptz' | 'timestamp' | 'timetz' | 'time' | 'age';

interface ClockFunction {
  readonly kind: Kind;
  /** Works without parentheses. */
  readonly bare: boolean;
  /** Works with parentheses. */
  readonly call: boolean;
}

const bare = (kind: Kind): ClockFunction => ({ kind, bare: true, call: false });
const call = (kind: Kind): ClockFunction => ({ kind, bare: false, call: true });
const both = (kind: Kind): ClockFunction => ({ kind, bare: true, call: true });

const STANDARD: Readonly<Record<string, ClockFunction>> = {
  current_date: both('date'),
  current_time: both('timetz'),
  current_timestamp: both('timestamptz'),
  localtime: both('time'),
  localtimestamp: both('timestamp'),
  now: call('timestamptz'),
};

const DUCKDB: Readonly<Record<string, ClockFunction>> = {
  ...STANDARD,
  current_date: both('date'),
  today: call('date'),
  get_current_time: call('timetz'),
  get_current_timestamp: call('timestamptz'),
  transaction_timestamp: call('timestamptz'),
  current_localtime: call('time'),
  current_localtimestamp: call('timestamp'),
  age: call('age'),
};

const POSTGRES: Readonly<Record<string, ClockFunction>> = {
  ...STANDARD,
  current_date: bare('date'),
  transaction_timestamp: call('timestamptz'),
  age: call('age'),
};

const MYSQL_FAMILY: Readonly<Record<string, ClockFunction>> = {
  current_date: both('date'),
  curdate: call('date'),
  current_timestamp: both('timestamp'),
  localtime: both('timestamp'),
  localtimestamp: both('timestamp'),
  now: call('timestamp'),
  current_time: both('time'),
  curtime: call('time'),
};

const CLOCKS: { readonly [name in Dialect]: Readonly<Record<string, ClockFunction>> } = {
  duckdb: DUCKDB,
  postgres: POSTGRES,
  snowflake: {
    ...STANDARD,
    current_time: both('time'),
    localtime: both('time'),
    localtimestamp: both('timestamptz'),
    getdate: call('timestamptz'),
    systimestamp: call('timestamptz'),
    sysdate: call('timestamp'),
  },
  bigquery: {
    current_date: both('date'),
    current_timestamp: both('timestamptz'),
    current_datetime: both('timestamp'),
    current_time: both('time'),
  },
  databricks: {
    current_date: both('date'),
    curdate: call('date'),
    current_timestamp: both('timestamptz'),
    now: call('timestamptz'),
    localtimestamp: both('timestamp'),
  },
  trino: { ...STANDARD },
  starrocks: MYSQL_FAMILY,
};

const byName = (dialect: Dialect): ReadonlyMap<string, ClockFunction> => new Map(Object.entries(CLOCKS[dialect]));
const BY_NAME: { readonly [name in Dialect]: ReadonlyMap<string, ClockFunction> } = {
  duckdb: byName('duckdb'),
  postgres: byName('postgres'),
  snowflake: byName('snowflake'),
  bigquery: byName('bigquery'),
  databricks: byName('databricks'),
  trino: byName('trino'),
  starrocks: byName('starrocks'),
};

/** The clock function of that name, or null. A name that stands without parentheses may still be a column. */
export function clockFunction(name: string, dialect: Dialect, called: boolean): ClockFunction | null {
  const found = BY_NAME[dialect].get(name);
  return found !== undefined && (called ? found.call : found.bare) ? found : null;
}

export const clockFamily = (kind: Kind): ClockUse['family'] =>
  kind === 'date' || kind === 'age' ? 'date' : 'timestamp';

interface Moment {
  readonly date: string;
  readonly time: string;
  readonly offset: string;
}

/** The wall clock of a time zone at an instant, to the millisecond. */
function wallClock(instant: string, timezone: string): Moment {
  const at = new Date(instant);
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? '00';
  const milliseconds = String(at.getUTCMilliseconds()).padStart(3, '0');
  const date = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  const seconds = `${part('hour')}:${part('minute')}:${part('second')}`;
  const shift = Date.parse(`${date}T${seconds}.${milliseconds}Z`) - at.getTime();
  return { date, time: `${seconds}.${milliseconds}`, offset: offsetText(Math.round(shift / 60_000)) };
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

const TYPES: { readonly [name in Dialect]: Readonly<Record<Exclude<Kind, 'age'>, string>> } = {
  duckdb: { date: 'DATE', timestamptz: 'TIMESTAMPTZ', timestamp: 'TIMESTAMP', timetz: 'TIMETZ', time: 'TIME' },
  postgres: { date: 'DATE', timestamptz: 'TIMESTAMPTZ', timestamp: 'TIMESTAMP', timetz: 'TIMETZ', time: 'TIME' },
  snowflake: { date: 'DATE', timestamptz: 'TIMESTAMP_LTZ', timestamp: 'TIMESTAMP_NTZ', timetz: 'TIME', time: 'TIME' },
  bigquery: { date: 'DATE', timestamptz: 'TIMESTAMP', timestamp: 'DATETIME', timetz: 'TIME', time: 'TIME' },
  databricks: { date: 'DATE', timestamptz: 'TIMESTAMP', timestamp: 'TIMESTAMP_NTZ', timetz: 'STRING', time: 'STRING' },
  trino: {
    date: 'DATE',
    timestamptz: 'TIMESTAMP(3) WITH TIME ZONE',
    timestamp: 'TIMESTAMP(3)',
    timetz: 'TIME(3) WITH TIME ZONE',
    time: 'TIME(3)',
  },
  starrocks: { date: 'DATE', timestamptz: 'DATETIME', timestamp: 'DATETIME', timetz: 'TIME', time: 'TIME' },
};

/**
 * The text that takes the place of `use.span`: a literal of the type that the function has, at that instant in that
 * time zone.
 *
 * @example
 * clockLiteral(use, '2026-11-21T23:30:00.000Z', 'Europe/Berlin', 'duckdb') // CAST('2026-11-22' AS DATE)
 */
export function clockLiteral(use: ClockUse, instant: string, timezone: string, dialect: Dialect): string {
  const kind = clockFunction(use.function, dialect, true)?.kind ?? clockFunction(use.function, dialect, false)?.kind;
  if (kind === undefined) throw new Error(`no clock function of ${dialect}: ${use.function}`);
  const { date, time, offset } = wallClock(instant, timezone);
  // age(x) is age(midnight today, x): the instant becomes its first argument.
  if (kind === 'age') return `CAST('${date} 00:00:00' AS TIMESTAMP), `;
  const value = {
    date,
    timestamptz: `${date} ${time}${offset}`,
    timestamp: `${date} ${time}`,
    timetz: `${time}${offset}`,
    time,
  }[kind];
  return `CAST('${value}' AS ${TYPES[dialect][kind]})`;
}
