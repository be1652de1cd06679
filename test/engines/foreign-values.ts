import * as fc from 'fast-check';

/** One value of a column: how PostgreSQL writes it, and how DuckDB does. */
export interface Both {
  readonly pg: string;
  readonly duck: string;
}

/** Text as a literal of either; DuckDB's knows no escapes, PostgreSQL's none either without the E. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const alike = (text: string): Both => ({ pg: quoted(text), duck: quoted(text) });
const NULL: Both = { pg: 'NULL', duck: 'NULL' };

const HOSTILE = [
  '',
  '\\N',
  '"',
  ',',
  '\r\n',
  '\t',
  '\\',
  '\\.',
  ' x ',
  'NULL',
  '\u00e9\ud83d\ude00',
  "'",
  'a"b,c\nd',
  '[[',
  '{}',
];
const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((one) => one.replaceAll('\0', '')),
);

const digits = (most: number): fc.Arbitrary<string> =>
  fc.bigInt({ min: 0n, max: 10n ** BigInt(most) - 1n }).map(String);
const sign = fc.constantFrom('', '-');
const decimal = (precision: number, scale: number): fc.Arbitrary<Both> =>
  fc
    .tuple(sign, digits(precision - scale), digits(scale))
    .map(([minus, whole, rest]) => alike(`${minus}${whole}${scale === 0 ? '' : `.${rest.padStart(scale, '0')}`}`));

const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
const day = fc.record({
  year: fc.integer({ min: 1, max: 9999 }),
  before: fc.boolean(),
  month: fc.integer({ min: 1, max: 12 }),
  day: fc.integer({ min: 1, max: 28 }),
});
const clock = fc
  .tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 999_999 }),
  )
  .map(([hour, minute, second, micro]) => `${pad(hour)}:${pad(minute)}:${pad(second)}.${pad(micro, 6)}`);

const ENDLESS = fc.constantFrom('infinity', '-infinity').map(alike);

const dated = (rest: fc.Arbitrary<string>): fc.Arbitrary<Both> =>
  fc.tuple(day, rest).map(([{ year, before, month, day: of }, time]) => {
    // PostgreSQL begins in November of 4714 BC.
    const date = `${pad(before ? Math.min(year, 4700) : year, 4)}-${pad(month)}-${pad(of)}`;
    const era = before ? ' (BC)' : '';
    return { pg: quoted(`${date}${time}${before ? ' BC' : ''}`), duck: quoted(`${date}${era}${time}`) };
  });

const interval = fc
  .record({
    months: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    days: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    micros: fc.bigInt({ min: -(2n ** 52n), max: 2n ** 52n }),
  })
  .map(({ months, days, micros }) => ({
    pg: quoted(`${months} months ${days} days ${micros} microseconds`),
    duck: quoted(`${months} months ${days} days ${micros} microseconds`),
  }));

const float = fc
  .double()
  .map((value) => alike(Number.isNaN(value) ? 'NaN' : Object.is(value, -0) ? '-0' : String(value)));

const json = fc.jsonValue({ maxDepth: 2 }).map((value) => alike(JSON.stringify(value).replaceAll('\\u0000', '')));
const bytes = fc.uint8Array({ maxLength: 12 }).map((value) => {
  const hex = Buffer.from(value).toString('hex');
  return { pg: `'\\x${hex}'`, duck: `unhex('${hex}')` };
});

interface Kind {
  readonly pg: string;
  readonly duck: string;
  readonly values: fc.Arbitrary<Both>;
}

const kind = (pg: string, duck: string, values: fc.Arbitrary<Both>): Kind => ({ pg, duck, values });

export const MOODS = ['sad', 'so "so"', 'happy, even'] as const;

/** Every type that both can hold. `mood` is an enumeration, and `email` a domain over text. */
const SCALARS: readonly Kind[] = [
  kind(
    'boolean',
    'BOOLEAN',
    fc.boolean().map((value) => alike(String(value))),
  ),
  kind(
    'smallint',
    'SMALLINT',
    fc.integer({ min: -32_768, max: 32_767 }).map((value) => alike(String(value))),
  ),
  kind(
    'integer',
    'INTEGER',
    fc.integer().map((value) => alike(String(value))),
  ),
  kind(
    'bigint',
    'BIGINT',
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => alike(String(value))),
  ),
  kind('double precision', 'DOUBLE', float),
  kind(
    'real',
    'FLOAT',
    fc.float().map((value) => alike(Number.isNaN(value) ? 'NaN' : String(value))),
  ),
  kind('numeric(10,2)', 'DECIMAL(10,2)', decimal(10, 2)),
  kind('numeric(38,0)', 'DECIMAL(38,0)', decimal(38, 0)),
  kind('numeric(38,38)', 'DECIMAL(38,38)', decimal(38, 38)),
  kind('text', 'VARCHAR', text.map(alike)),
  kind(
    'character varying(40)',
    'VARCHAR',
    text.map((one) => alike(Array.from(one).slice(0, 20).join(''))),
  ),
  kind('date', 'DATE', fc.oneof(dated(fc.constant('')), ENDLESS)),
  kind('time', 'TIME', clock.map(alike)),
  kind(
    'time with time zone',
    'TIMETZ',
    fc.tuple(clock, fc.constantFrom('+00', '-15:59', '+05:30')).map(([time, zone]) => alike(time + zone)),
  ),
  kind('timestamp', 'TIMESTAMP', fc.oneof(dated(clock.map((time) => ` ${time}`)), ENDLESS)),
  kind(
    'timestamptz',
    'TIMESTAMPTZ',
    fc.oneof(dated(fc.tuple(clock, fc.constantFrom('+00', '+02')).map(([time, zone]) => ` ${time}${zone}`)), ENDLESS),
  ),
  kind('interval', 'INTERVAL', interval),
  kind('uuid', 'UUID', fc.uuid().map(alike)),
  kind('json', 'JSON', json),
  kind('bytea', 'BLOB', bytes),
  kind('mood', 'VARCHAR', fc.constantFrom(...MOODS).map(alike)),
  kind('email', 'VARCHAR', text.map(alike)),
];

const listOf = ({ pg, duck, values }: Kind): Kind =>
  kind(
    `${pg}[]`,
    `${duck}[]`,
    fc.array(fc.option(values, { nil: NULL, freq: 4 }), { maxLength: 4 }).map((items) => ({
      pg: `ARRAY[${items.map((item) => `${item.pg}::${pg}`).join(', ')}]`,
      duck: `[${items.map((item) => `CAST(${item.duck} AS ${duck})`).join(', ')}]`,
    })),
  );

export const KINDS: readonly Kind[] = [...SCALARS, ...SCALARS.map(listOf)];

/** Rows with a value, or NULL, for each kind. */
export const ROWS: fc.Arbitrary<readonly (readonly Both[])[]> = fc.array(
  fc.tuple(...KINDS.map(({ values }) => fc.option(values, { nil: NULL, freq: 6 }))),
  { minLength: 1, maxLength: 6 },
);
