// A project of 100 models in four layers over 8 files, whose every model is told as parts, so that an edit is a change of
// parts. Numbers come from a fixed sequence: the project is the same on every machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SOURCES = 8;
const LAYERS = { staging: 24, core: 30, marts: 30, reports: 16 };
const ROWS = 400;

/** Mulberry32: small, and good enough to scatter. */
export function sequence(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const STATES = ['open', 'paid', 'sent', 'void'];

/** Rows of one file: an order has a customer, a state, an amount in cents, a day, a note that nobody reads, a code. */
export function deliveryOf(source) {
  const next = sequence(100 + source);
  return Array.from({ length: ROWS }, (_, at) => [
    at + 1,
    next(60) + 1,
    STATES[next(4)],
    next(50_000) + 100,
    `2026-${String(next(9) + 1).padStart(2, '0')}-${String(next(28) + 1).padStart(2, '0')}`,
    `note ${next(1000)}`,
    `  c${next(12)}`,
  ]);
}

const HEADER = 'id,customer_id,state,cents,day,note,code';
export const csvOf = (rows) => `${[HEADER, ...rows.map((row) => row.join(','))].join('\n')}\n`;

const pad = (at) => String(at).padStart(2, '0');

/** `columns` is a list of [expression, name]. */
function staging(at, next) {
  return {
    name: `staging.orders_${pad(at)}`,
    inputs: [`raw.orders_${at % SOURCES}`],
    columns: [
      ['o.id + 0', 'id'],
      ['o.customer_id', 'customer_id'],
      ['upper(o.state)', 'state'],
      [`o.cents * ${next(3) + 1}`, 'cents'],
      ['o.day', 'day'],
      [`concat('ref-', o.id)`, 'reference'],
      ['upper(trim(o.code))', 'code'],
    ],
    from: `raw.orders_${at % SOURCES} AS o`,
    where: 'o.cents >= 0',
    cte: null,
    group: null,
    join: null,
  };
}

function core(at, next, below) {
  const [left, right] = [below[next(below.length)], below[next(below.length)]];
  return {
    name: `core.sales_${pad(at)}`,
    inputs: [...new Set([left.name, right.name])],
    columns: [
      ['s.id', 'id'],
      ['s.customer_id', 'customer_id'],
      ['s.state', 'state'],
      ['s.cents', 'cents'],
      ['coalesce(t.total, 0)', 'customer_total'],
      [`CASE WHEN s.cents > ${next(4) * 5000 + 5000} THEN 'large' ELSE 'small' END`, 'size'],
      ['s.day', 'day'],
      [`lower(s.reference)`, 'reference'],
    ],
    cte: { name: 'totals', sql: `SELECT customer_id, sum(cents) AS total FROM ${right.name} GROUP BY customer_id` },
    from: `${left.name} AS s`,
    join: { kind: 'LEFT JOIN', on: 'totals AS t ON t.customer_id = s.customer_id' },
    where: `s.state <> '${STATES[next(3)].toUpperCase()}'`,
    group: null,
  };
}

function mart(at, next, below) {
  const input = below[next(below.length)];
  const key = ['customer_id', 'day', 'size'][next(3)];
  return {
    name: `marts.summary_${pad(at)}`,
    inputs: [input.name],
    columns: [
      [`c.${key}`, 'bucket'],
      ['count(*)', 'orders'],
      [`sum(CASE WHEN c.cents > ${(next(5) + 1) * 1000} THEN c.cents ELSE 0 END)`, 'cents'],
      ['max(c.customer_total)', 'best'],
      ['count(DISTINCT c.customer_id)', 'customers'],
    ],
    cte: null,
    from: `${input.name} AS c`,
    join: null,
    where: 'c.cents >= 0',
    group: `c.${key}`,
  };
}

function report(at, next, below) {
  const [left, right] = [below[next(below.length)], below[next(below.length)]];
  return {
    name: `reports.report_${pad(at)}`,
    inputs: [...new Set([left.name, right.name])],
    columns: [
      ['CAST(m.bucket AS VARCHAR)', 'bucket'],
      ['m.orders', 'orders'],
      ['m.cents / 100', 'euros'],
      ['n.customers', 'customers'],
    ],
    cte: null,
    from: `${left.name} AS m`,
    join: { kind: 'LEFT JOIN', on: `${right.name} AS n ON CAST(n.bucket AS VARCHAR) = CAST(m.bucket AS VARCHAR)` },
    where: 'm.orders > 0',
    group: null,
  };
}

export function modelsOf() {
  const next = sequence(7);
  const layer = (count, make, below) => Array.from({ length: count }, (_, at) => make(at, next, below));
  const first = layer(LAYERS.staging, staging);
  const second = layer(LAYERS.core, core, first);
  const third = layer(LAYERS.marts, mart, second);
  return [...first, ...second, ...third, ...layer(LAYERS.reports, report, third)];
}

export function sqlOf({ columns, cte, from, join: joined, where, group, order, comment }) {
  return [
    ...(comment === undefined ? [] : [`-- ${comment}`]),
    ...(cte === null ? [] : [`WITH ${cte.name} AS (`, `  ${cte.sql}`, ')']),
    'SELECT',
    columns.map(([expression, name]) => `  ${expression} AS ${name}`).join(',\n'),
    `FROM ${from}`,
    ...(joined === null ? [] : [`${joined.kind} ${joined.on}`]),
    `WHERE ${where}`,
    ...(group === null ? [] : [`GROUP BY ${group}`]),
    ...(order === undefined ? [] : [`ORDER BY ${order}`]),
    '',
  ].join('\n');
}

export function write(folder, path, text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

export const writeModel = (folder, model) => write(folder, `models/${model.name.replace('.', '/')}.sql`, sqlOf(model));

export function writeProject(folder, models) {
  write(folder, 'bough.yml', 'name: avoided\n');
  for (let at = 0; at < SOURCES; at += 1) {
    write(folder, `data/orders_${at}.csv`, csvOf(deliveryOf(at)));
    write(folder, `models/raw/orders_${at}.yml`, `kind: source\nname: raw.orders_${at}\nfile: data/orders_${at}.csv\n`);
  }
  for (const model of models) writeModel(folder, model);
}

/** A node and all that reads it, however far below. */
export function below(name, models) {
  const found = new Set([name]);
  for (const model of models) if (model.inputs.some((input) => found.has(input))) found.add(model.name);
  return found;
}
