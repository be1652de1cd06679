// How fast the reader is: MB/s of read() and of read() with resolve() over ordinary models, and how the time for one
// query grows with its length, for shapes that could make it grow faster. BENCH_ROUNDS=9 repeats more often,
// BENCH_GROWTH=0 leaves the growth out, BENCH_SHAPES='join|table' names the shapes to take.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundleInto } from './lib/bundle.mjs';
import { format, heading, line, median, scratch } from './lib/measure.mjs';
import { writeProject } from './plan/projects.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const CHOSEN = new RegExp(process.env.BENCH_SHAPES ?? '');
const BUDGET = 15;
const SIZES = [10_000, 100_000, 1_000_000];
const COLUMNS = ['a', 'b', 'c', 'd'].map((name) => ({ name, type: 'INTEGER' }));

const folder = scratch('reader');
const { read, resolve } = await import(await bundleInto(folder, 'sql/index.ts'));
const options = { dialect: 'duckdb', parameters: {} };

const numbered = (count, text) => Array.from({ length: count }, (_, index) => text(index));

/** Each makes a query of `count` pieces. */
const SHAPES = {
  'long SELECT list': (count) => `SELECT ${numbered(count, (i) => `a + ${i} AS c${i}`).join(', ')} FROM s.t`,
  'list of lateral aliases': (count) =>
    `SELECT a AS c0, ${numbered(count, (i) => `c${i} + 1 AS c${i + 1}`).join(', ')} FROM s.t`,
  'long AND chain': (count) => `SELECT a FROM s.t WHERE ${numbered(count, (i) => `b <> ${i}`).join(' AND ')}`,
  'long IN list': (count) => `SELECT a FROM s.t WHERE b IN (${numbered(count, String).join(', ')})`,
  'nested brackets': (count) => `SELECT ${'('.repeat(count)}a${')'.repeat(count)} AS x FROM s.t`,
  'nested calls': (count) => `SELECT ${'abs('.repeat(count)}a${')'.repeat(count)} AS x FROM s.t`,
  'nested CASE': (count) => `SELECT ${'CASE WHEN a > b THEN '.repeat(count)}1${' END'.repeat(count)} AS x FROM s.t`,
  'CTEs, each over the one before': (count) =>
    `WITH q0 AS (SELECT a FROM s.t), ${numbered(count, (i) => `q${i + 1} AS (SELECT a + ${i} AS a FROM q${i})`).join(', ')} SELECT a FROM q${count}`,
  'CTEs, all joined': (count) =>
    `WITH ${numbered(count, (i) => `q${i} AS (SELECT a AS a${i} FROM s.t)`).join(', ')} SELECT 1 AS x FROM ${numbered(count, (i) => `q${i}`).join(', ')}`,
  'UNION ALL branches': (count) => numbered(count, (i) => `SELECT a, b + ${i} AS b FROM s.t`).join(' UNION ALL '),
  'joins of one table': (count) =>
    `SELECT t0.a FROM s.t t0 ${numbered(count, (i) => `JOIN s.t t${i + 1} ON t${i + 1}.a = t${i}.a`).join(' ')}`,
  'tables, and names that look for theirs': (count) =>
    `SELECT ${numbered(count, (i) => `t${i}.a AS a${i}`).join(', ')} FROM ${numbered(count, (i) => `s.t t${i}`).join(', ')}`,
  'subqueries in the SELECT list': (count) =>
    `SELECT ${numbered(count, (i) => `(SELECT max(b) FROM s.t u WHERE u.a = o.a + ${i}) AS m${i}`).join(', ')} FROM s.t o`,
  'stars over stars': (count) =>
    `WITH q0 AS (SELECT * FROM s.t), ${numbered(count, (i) => `q${i + 1} AS (SELECT * FROM q${i})`).join(', ')} SELECT * FROM q${count}`,
  'names that look through tables': (count) =>
    `SELECT ${numbered(count, (i) => `x${i}`).join(', ')} FROM ${numbered(count, (i) => `(SELECT a AS x${i} FROM s.t) t${i}`).join(', ')}`,
  'joins that merge': (count) =>
    `SELECT a FROM s.t t ${numbered(count, (i) => `JOIN (SELECT a, b AS b${i} FROM s.t) t${i} USING (a)`).join(' ')}`,
  'semi joins': (count) =>
    `SELECT a FROM s.t t ${numbered(count, (i) => `SEMI JOIN s.t t${i} ON t.a = t${i}.a`).join(' ')}`,
  'windows over two tables': (count) =>
    `SELECT ${numbered(count, (i) => `lag(t.a, ${i}) OVER (ORDER BY u.b) AS l${i}`).join(', ')} FROM s.t t, s.t u`,
  'names that nothing bears': (count) => `SELECT ${numbered(count, (i) => `x${i}`).join(', ')} FROM s.t`,
  'names among unknown tables': (count) =>
    `SELECT ${numbered(count, (i) => `x${i}`).join(', ')} FROM ${numbered(count, (i) => `f(${i}) t${i}`).join(', ')}`,
  'natural joins': (count) =>
    `SELECT a FROM s.t t ${numbered(count, (i) => `NATURAL JOIN (SELECT a, b AS b${i} FROM s.t) t${i}`).join(' ')}`,
  'comments and strings': (count) =>
    `SELECT a ${numbered(count, (i) => `/* ${i} */ || 'x${i}'`).join(' ')} AS x FROM s.t`,
};

/** The query of a shape that is about `size` characters long. */
function queryOf(shape, size) {
  const piece = (shape(300).length - shape(100).length) / 200;
  return shape(Math.max(2, Math.round(size / piece)));
}

function understand(text, tables) {
  const reading = read(text, options);
  return resolve(
    reading,
    reading.inputs.map((use) => tables(use)),
  );
}

const known = () => ({ columns: COLUMNS, unique: [] });

/** Milliseconds of processor time, so that others on the machine do not count. */
function timed(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return Math.max(user + system, 1) / 1000;
}

const FEED = ['id', 'kind', 'day', 'amount', 'quantity', 'score'].map((name) => ({ name, type: 'INTEGER' }));

/** Models of a generated project, those that others read first, each with the columns of what it reads. */
function models() {
  const place = join(folder, 'project', 'models');
  const files = readdirSync(place, { recursive: true }).filter((path) => path.endsWith('.sql'));
  const outputs = new Map();
  return files
    .toSorted((left, right) => (basename(left) < basename(right) ? -1 : 1))
    .map((path) => {
      const text = readFileSync(join(place, path), 'utf8');
      const reading = read(text, options);
      const inputs = reading.inputs.map(({ parts }) => ({
        columns: outputs.get(parts.at(-1).text) ?? FEED,
        unique: [],
      }));
      const shape = resolve(reading, inputs);
      if (shape.problems.length > 0) throw new Error(`${path}: ${shape.problems[0].message}`);
      outputs.set(basename(path, '.sql'), shape.columns);
      return { text, inputs };
    });
}

function throughput() {
  const size = writeProject(join(folder, 'project'), 1000);
  const all = models();
  const megabytes = all.reduce((sum, { text }) => sum + text.length, 0) / 1e6;
  console.log(`${all.length} models, ${format(megabytes)} MB, median ${size.lines} lines`);
  const speeds = { read: [], both: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    speeds.read.push(megabytes / (timed(() => all.forEach(({ text }) => read(text, options))) / 1000));
    const both = timed(() => all.forEach(({ text, inputs }) => resolve(read(text, options), inputs)));
    speeds.both.push(megabytes / (both / 1000));
  }
  line('read()', speeds.read, 'MB/s');
  line('read() and resolve()', speeds.both, 'MB/s');
  for (const [what, speed] of [
    ['read()', median(speeds.read)],
    ['read() and resolve()', median(speeds.both)],
  ]) {
    const word = speed >= BUDGET ? 'within' : 'BELOW';
    console.log(`  ${what}: ${word} the budget of at least ${BUDGET} MB/s`);
  }
  console.log();
}

/** Milliseconds for a query: the median of some rounds, each long enough to be measured, few where one takes long. */
function cost(text) {
  const samples = [];
  let spent = 0;
  while (samples.length < ROUNDS && spent < 3000) {
    const times = Math.max(1, Math.round(200_000 / text.length));
    const sample = timed(() => {
      for (let time = 0; time < times; time += 1) understand(text, known);
    });
    spent += sample;
    samples.push(sample / times);
  }
  return median(samples);
}

function growth() {
  console.log('Time per byte against 10 kB, one query, read() and resolve(): 1 is linear, more is faster than linear');
  console.log(
    `  ${'shape'.padEnd(40)} ${SIZES.map((size) => `${size / 1000} kB`.padStart(10)).join('')}   100 kB    1 MB`,
  );
  for (const [name, shape] of Object.entries(SHAPES).filter(([title]) => CHOSEN.test(title))) {
    const texts = SIZES.map((size) => queryOf(shape, size));
    cost(texts[0]);
    cost(texts[1]);
    const costs = texts.map(cost);
    const each = costs.map((milliseconds, index) => milliseconds / texts[index].length);
    const ratios = each.slice(1).map((value) => (value / each[0]).toFixed(2).padStart(7));
    const wrong = texts
      .map((text) => read(text, options).problems[0]?.message)
      .find((message) => message !== undefined);
    const times = costs.map((milliseconds) => `${format(milliseconds)} ms`.padStart(10)).join('');
    console.log(`  ${name.padEnd(40)} ${times}  ${ratios.join(' ')}${wrong === undefined ? '' : `   (${wrong})`}`);
  }
}

heading(`The reader, medians of ${ROUNDS}, one thread, processor time`);
throughput();
if (process.env.BENCH_GROWTH !== '0') growth();
