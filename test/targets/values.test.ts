import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../../src/engines/contract.ts';
import { duckdbSubject } from '../engines/duckdb-subject.ts';
import { postgresSubject } from '../engines/postgres-subject.ts';
import { id, opened, table, type Subject } from '../engines/subject.ts';
import { connected, freshDatabase, sharedServer, type Database, type Server } from '../support/postgres/server.ts';
import { delivery, never, openTarget } from './deliveries.ts';

/** A value as both warehouses' SQL says it, and as PostgreSQL prints it; null is NULL. */
interface Value {
  readonly sql: string;
  readonly text: string | null;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const NULL: Value = { sql: 'NULL', text: null };

/** Text without the one character that PostgreSQL cannot hold. */
const characters = fc.string({
  unit: fc.constantFrom('a', 'ß', '😀', '"', "'", '\\', ',', '\n', '\r', '\t', ' ', '{', 'N'),
});
const text = characters.map((one): Value => ({ sql: quoted(one), text: one }));
const digits = (count: number) => fc.bigInt({ min: -(10n ** BigInt(count)) + 1n, max: 10n ** BigInt(count) - 1n });
const decimal = digits(38).map((unscaled): Value => {
  const sign = unscaled < 0n ? '-' : '';
  const all = String(unscaled < 0n ? -unscaled : unscaled).padStart(11, '0');
  const written = `${sign}${all.slice(0, -10)}.${all.slice(-10)}`;
  return { sql: quoted(written), text: written };
});
const micros = fc.bigInt({ min: -62_000_000_000_000_000n, max: 253_000_000_000_000_000n });
const instant = micros.map((one): Value => {
  const whole = new Date(Number((one - (((one % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1000n)).toISOString();
  const fraction = String(((one % 1_000_000n) + 1_000_000n) % 1_000_000n).padStart(6, '0');
  const written = `${whole.slice(0, 10)} ${whole.slice(11, 19)}.${fraction}`;
  return { sql: quoted(`${written}+00`), text: `${written.replace(/\.?0+$/, '')}+00` };
});
const float = fc.double().map((one): Value => {
  const written = Object.is(one, -0) ? '-0' : String(one);
  return { sql: quoted(written.replace('Infinity', 'inf')), text: written };
});
const uuid = fc.uuid().map((one): Value => ({ sql: quoted(one), text: one }));
const nullable = (value: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 5, arbitrary: value }, fc.constant(NULL));

interface Warehouse {
  readonly make: (database: Database) => Promise<Subject>;
  readonly types: readonly [string, string, string, string, string];
}

const WAREHOUSES: Readonly<Record<string, Warehouse>> = {
  DuckDB: {
    make: () => duckdbSubject('warehouse.duckdb', 'Europe/Amsterdam'),
    types: ['VARCHAR', 'DECIMAL(38,10)', 'TIMESTAMPTZ', 'DOUBLE', 'UUID'],
  },
  PostgreSQL: {
    make: (database) => postgresSubject(database, 'Europe/Amsterdam'),
    types: ['text', 'numeric(38,10)', 'timestamptz', 'double precision', 'uuid'],
  },
};

/** Printed by PostgreSQL as JavaScript does: both give the shortest digits, in another layout. */
const asNumber = (printed: string | null): string | null =>
  printed === null ? null : Object.is(Number(printed), -0) ? '-0' : String(Number(printed));

describe.each(Object.entries(WAREHOUSES))('values from %s', (_, { make, types }) => {
  let server: Server;
  const databases: Database[] = [];
  let subject: Subject;
  let session: Session;
  let to: Database;
  beforeAll(async () => {
    server = await sharedServer();
    const from = await freshDatabase(server);
    to = await freshDatabase(server);
    databases.push(from, to);
    subject = await make(from);
    session = await opened(subject);
  });
  afterAll(async () => {
    await session.close();
    await subject.cleanup();
    for (const database of databases) await database.drop();
  });

  let count = 0;
  async function carried(query: string, columns: string): Promise<readonly (readonly (string | null)[])[]> {
    count += 1;
    const name = `t${count}`;
    await session.build(table(name, query), never);
    const target = await openTarget(to);
    try {
      const told = delivery({ table: { schema: 'public', name }, token: count });
      await session.unload(id(name), (outflow) => target.deliver(told, outflow, never), never);
    } finally {
      await target.close();
    }
    const client = await connected(to.options);
    try {
      const text = `SET TimeZone = 'UTC'; SELECT ${columns} FROM public.${name} ORDER BY n`;
      const answers: unknown = await client.query({ text, rowMode: 'array' });
      const last: unknown = Array.isArray(answers) ? answers.at(-1) : answers;
      return (last as { rows: readonly (readonly (string | null)[])[] }).rows;
    } finally {
      await client.end();
    }
  }

  it('arrive as they are: random text, decimals, instants, floats and identifiers', async () => {
    const row = fc.tuple(nullable(text), nullable(decimal), nullable(instant), nullable(float), nullable(uuid));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const values = rows.map((one, n) => `(${n}, ${one.map(({ sql }) => sql).join(', ')})`).join(', ');
        const casts = types.map((type, index) => `CAST(c${index} AS ${type}) AS c${index}`).join(', ');
        const names = types.map((_type, index) => `c${index}`).join(', ');
        const query = `SELECT n, ${casts} FROM (VALUES ${values}) AS v (n, ${names})`;
        const found = await carried(query, types.map((_type, index) => `c${index}::text`).join(', '));
        const expected = rows.map((one) => one.map((value) => value.text));
        expect(found.map((one) => one.map((value, index) => (index === 3 ? asNumber(value) : value)))).toEqual(
          expected,
        );
      }),
      { numRuns: 15 },
    );
  });
});

describe('values from DuckDB', () => {
  it.each([
    ['[1, NULL, 3]', '{1,NULL,3}', 'integer[]'],
    ['CAST([] AS VARCHAR[])', '{}', 'text[]'],
    [`['a"b', 'c\\d', '', NULL, 'NULL', 'e,f']`, `{"a\\"b","c\\\\d","",NULL,"NULL","e,f"}`, 'text[]'],
    ['[[1, 2], [3, NULL]]', '{{1,2},{3,NULL}}', 'integer[]'],
    ["[DATE '2026-01-02', NULL]", '{2026-01-02,NULL}', 'date[]'],
    ["['\\x01\\xFF'::BLOB]", '{"\\\\x01ff"}', 'bytea[]'],
    ["'\\x00\\xFF'::BLOB", '\\x00ff', 'bytea'],
    ["''::BLOB", '\\x', 'bytea'],
    [`'{"a": 1,  "b":null}'::JSON`, '{"a": 1,  "b":null}', 'json'],
    ["{'a': 1, 'b': ['x']}", '{"a":1,"b":["x"]}', 'json'],
    ["MAP {'k': 1.5}", '{"k":1.5}', 'json'],
    ["DATE '-0043-03-15'", '0044-03-15 BC', 'date'],
    ["DATE '12345-01-02'", '12345-01-02', 'date'],
    ["TIMESTAMP '-0043-03-15 01:02:03.000001'", '0044-03-15 01:02:03.000001 BC', 'timestamp without time zone'],
    ["TIMESTAMPTZ '-0043-03-15 01:02:03+00'", '0044-03-15 01:02:03+00 BC', 'timestamp with time zone'],
    ["TIMESTAMPTZ 'infinity'", 'infinity', 'timestamp with time zone'],
    ["DATE '-infinity'", '-infinity', 'date'],
    ["'nan'::FLOAT", 'NaN', 'real'],
    ["'-inf'::DOUBLE", '-Infinity', 'double precision'],
    ["'10101'::BIT", '10101', 'bit varying'],
    ["INTERVAL '14 months -3 days 25 hours'", '1 year 2 mons -3 days +25:00:00', 'interval'],
    ["TIMETZ '12:00:00.5+02:30'", '12:00:00.5+02:30', 'time with time zone'],
    ['170141183460469231731687303715884105727::HUGEINT', '170141183460469231731687303715884105727', 'numeric'],
    ['18446744073709551615::UBIGINT', '18446744073709551615', 'numeric'],
    ["'b'::ENUM ('a', 'b')", 'b', 'text'],
  ])('%s is %s', async (sql, text, type) => {
    const [subject, to] = [await duckdbSubject(), await freshDatabase(await sharedServer())];
    const session = await opened(subject);
    try {
      await session.build(table('t', `SELECT ${sql} AS v`), never);
      const target = await openTarget(to);
      await session.unload(id('t'), (outflow) => target.deliver(delivery(), outflow, never), never);
      await target.close();
      const client = await connected(to.options);
      const told = "SET TimeZone = 'UTC'; SELECT v::text, pg_typeof(v)::text FROM public.orders";
      const answers: unknown = await client.query({ text: told, rowMode: 'array' });
      await client.end();
      const last: unknown = Array.isArray(answers) ? answers.at(-1) : answers;
      expect((last as { rows: unknown }).rows).toEqual([[text, type]]);
    } finally {
      await session.close();
      await subject.cleanup();
      await to.drop();
    }
  });
});
