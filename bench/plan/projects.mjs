// A project of any size that looks like one that people write: models of about 76 lines and 2.4 KB, with two to four
// CTEs, joins and windows, each reading up to three of the 500 models before it. The SQL runs, so that the same project
// can be applied. One seed of the generator gives one project, on every machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = 10;
const REACH = 500;
const FOLDERS = 20;
const ROWS = 40;

/** mulberry32: small, and the same everywhere. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const digits = (index) => String(index).padStart(5, '0');
const folderOf = (index) => `area_${String(index % FOLDERS).padStart(2, '0')}`;
export const modelName = (index) => `${folderOf(index)}.model_${digits(index)}`;
export const modelPath = (folder, index) => join(folder, 'models', folderOf(index), `model_${digits(index)}.sql`);
const sourceName = (index) => `raw.feed_${index}`;

function inputsOf(index, random) {
  const wanted = 1 + random(3);
  const names = new Set();
  while (names.size < wanted) {
    const back = 1 + random(REACH);
    names.add(back <= index ? modelName(index - back) : sourceName(random(SOURCES)));
  }
  return [...names];
}

const measures = (count, random, columns) =>
  Array.from({ length: count }, (_, at) => {
    const [left, right] = [columns[random(columns.length)], columns[random(columns.length)]];
    const forms = [
      `round(${left} * 1.${random(90) + 10} + coalesce(${right}, 0), 2) AS measure_${at},`,
      `CASE WHEN ${left} > ${random(100)} THEN ${right} ELSE ${random(10)} END AS measure_${at},`,
      `abs(${left} - ${right}) % ${random(80) + 11} AS measure_${at},`,
    ];
    return `    ${forms[random(forms.length)]}`;
  });

function chosen(first, random) {
  return [
    'chosen AS (',
    '  SELECT',
    '    a.id,',
    '    a.kind,',
    '    a.day,',
    '    a.amount,',
    '    a.quantity,',
    ...measures(13 + random(6), random, ['a.amount', 'a.quantity', 'a.score']),
    '    a.score',
    `  FROM ${first} AS a`,
    `  WHERE a.amount > ${random(20) - 40}`,
    `    AND a.kind <> 'kind ${random(40)}' -- left out on purpose`,
    ')',
  ];
}

function joined(others, random) {
  return [
    'joined AS (',
    '  SELECT',
    '    c.*,',
    ...others.map((_, at) => `    coalesce(o${at}.amount, ${random(9)}) AS other_${at},`),
    `    ${others.map((_, at) => `coalesce(o${at}.score, 0)`).join(' + ')} AS other_score`,
    '  FROM chosen AS c',
    ...others.map(
      (name, at) => `  LEFT JOIN ${name} AS o${at} ON o${at}.id = c.id AND o${at}.amount > ${random(50) - 60}`,
    ),
    ')',
  ];
}

function ranked(from, random) {
  return [
    'ranked AS (',
    '  SELECT',
    '    id,',
    '    kind,',
    '    day,',
    '    amount,',
    '    quantity,',
    '    score,',
    '    measure_0,',
    '    measure_1,',
    '    row_number() OVER (PARTITION BY kind ORDER BY day, id) AS place,',
    `    sum(amount) OVER (PARTITION BY kind ORDER BY day, id ROWS BETWEEN ${random(9) + 1} PRECEDING AND CURRENT ROW) AS rolling,`,
    '    lag(score) OVER (PARTITION BY kind ORDER BY day, id) AS earlier',
    `  FROM ${from}`,
    ')',
  ];
}

const totals = (from, random) => [
  'totals AS (',
  '  SELECT',
  '    kind,',
  '    count(*) AS entries,',
  '    sum(quantity) AS quantity,',
  '    avg(amount) AS average,',
  '    max(day) AS last_day',
  `  FROM ${from}`,
  `  WHERE quantity >= ${random(3) - 5}`,
  '  GROUP BY kind',
  `  HAVING count(*) > ${random(2)}`,
  ')',
];

/** The SQL of one model. */
export function modelSql(index) {
  const random = randomFrom(index + 1);
  const [first, ...others] = inputsOf(index, random);
  const withTotals = random(3) > 0;
  const from = others.length > 0 ? 'joined' : 'chosen';
  const ctes = [
    chosen(first, random),
    ...(others.length > 0 ? [joined(others, random)] : []),
    ranked(from, random),
    ...(withTotals ? [totals(from, random)] : []),
  ];
  const lines = [
    `-- Model ${digits(index)}: entries of ${first} with what came before and what they add up to.`,
    '-- Kept by the people of the area; ask them before you change a filter.',
    'WITH',
    ...ctes.flatMap((cte, at) => (at < ctes.length - 1 ? [...cte.slice(0, -1), '),'] : cte)),
    'SELECT',
    '  r.id,',
    '  r.kind,',
    '  r.day,',
    '  round(r.amount, 2) AS amount,',
    `  (r.quantity + ${random(7)}) % 100 AS quantity,`,
    `  coalesce(r.score - r.earlier, ${random(5)}) AS score,`,
    '  r.measure_0,',
    '  r.measure_1,',
    '  r.place,',
    '  round(r.rolling, 2) AS rolling,',
    ...(withTotals
      ? ['  t.entries,', '  t.last_day,', "  CASE WHEN r.amount > t.average THEN 'above' ELSE 'below' END AS side"]
      : [`  CASE WHEN r.amount > ${random(60)} THEN 'above' ELSE 'below' END AS side`]),
    'FROM ranked AS r',
    ...(withTotals ? ['LEFT JOIN totals AS t ON t.kind = r.kind'] : []),
    `WHERE r.place <= ${random(20) + 20}`,
  ];
  return `${lines.join('\n')}\n`;
}

const csv = (index) => {
  const random = randomFrom(90_000 + index);
  const rows = Array.from({ length: ROWS }, (_, id) => {
    const day = `2026-${String(1 + random(9)).padStart(2, '0')}-${String(1 + random(28)).padStart(2, '0')}`;
    return [id, `kind ${random(5)}`, day, random(10_000) / 100, random(100), random(50)].join(',');
  });
  return `id,kind,day,amount,quantity,score\n${rows.join('\n')}\n`;
};

const sourceYaml = (index) =>
  [
    'kind: source',
    `name: ${sourceName(index)}`,
    `file: data/feed_${index}.csv`,
    'columns: { id: INTEGER, kind: VARCHAR, day: DATE, amount: DOUBLE, quantity: BIGINT, score: BIGINT }',
  ].join('\n');

/** Writes a project of that many models; returns the median size of a model. */
export function writeProject(folder, count) {
  for (let at = 0; at < FOLDERS; at += 1) mkdirSync(join(folder, 'models', folderOf(at)), { recursive: true });
  mkdirSync(join(folder, 'data'), { recursive: true });
  const sources = Array.from({ length: SOURCES }, (_, at) => at);
  for (const at of sources) writeFileSync(join(folder, 'data', `feed_${at}.csv`), csv(at));
  writeFileSync(join(folder, 'models', 'sources.yml'), `${sources.map(sourceYaml).join('\n---\n')}\n`);
  writeFileSync(join(folder, 'bough.yml'), 'name: generated\n');
  const texts = Array.from({ length: count }, (_, index) => modelSql(index));
  for (const [index, text] of texts.entries()) writeFileSync(modelPath(folder, index), text);
  const middle = (values) => values.sort((left, right) => left - right)[values.length >> 1];
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  return {
    lines: middle(texts.map((text) => text.split('\n').length - 1)),
    bytes: middle(texts.map((text) => text.length)),
    all: bytes,
  };
}
