// 66 edits of single models, of eleven sorts that people make every day, and 20 deliveries of data.
import { csvOf, deliveryOf, sequence } from './project.mjs';

const at = (list, index, value) => list.map((one, place) => (place === index ? value : one));
const expression = (model, name, change) => {
  const index = model.columns.findIndex((column) => column[1] === name);
  return { ...model, columns: at(model.columns, index, [change(model.columns[index][0]), name]) };
};
const has = (name) => (model) => model.columns.some((column) => column[1] === name);
const inLayer = (layer) => (model) => model.name.startsWith(layer);
const any = () => true;

/** Each sort: which models it can be made to, and how. */
const SORTS = {
  comment: [any, (model) => ({ ...model, comment: 'what this is for' })],
  'column at the end': [any, (model) => ({ ...model, columns: [...model.columns, ['1', 'added']] })],
  'column in the middle': [
    any,
    (model) => ({ ...model, columns: [...model.columns.slice(0, 2), ['2', 'inserted'], ...model.columns.slice(2)] }),
  ],
  'CTE renamed': [
    (model) => model.cte !== null,
    (model) => ({
      ...model,
      cte: { ...model.cte, name: 'per_customer' },
      join: { ...model.join, on: model.join.on.replace('totals', 'per_customer') },
    }),
  ],
  filter: [inLayer('staging'), (model, nth) => ({ ...model, where: nth % 3 === 0 ? 'o.cents > 0' : 'o.cents > 4000' })],
  'expression read by few': [has('size'), (model) => expression(model, 'size', (text) => text.replace('large', 'big'))],
  'expression read by none': [
    (model) => has('reference')(model) && model.name.startsWith('core'),
    (model) => expression(model, 'reference', (text) => `upper(${text})`),
  ],
  'column dropped': [
    (model) => has('reference')(model) && model.name.startsWith('core'),
    (model) => ({ ...model, columns: model.columns.filter((column) => column[1] !== 'reference') }),
  ],
  'join kind': [(model) => model.join !== null, (model) => ({ ...model, join: { ...model.join, kind: 'INNER JOIN' } })],
  'ORDER BY': [any, (model) => ({ ...model, order: '1' })],
  'literal in an aggregate': [
    inLayer('marts'),
    (model) => expression(model, 'cents', (text) => text.replace(/> (\d+)/, (_, cents) => `> ${Number(cents) + 500}`)),
  ],
};

const EACH = 6;

export function editsOf(models) {
  const next = sequence(11);
  return Object.entries(SORTS).flatMap(([sort, [fits, change]]) => {
    const fitting = models.filter(fits);
    return Array.from({ length: EACH }, (_, nth) => {
      const model = fitting[next(fitting.length)];
      return { sort, node: model.name, model: change(model, nth) };
    });
  });
}

const changed = (rows, column, change, every = 1) =>
  rows.map((row, index) => (index % every === 0 ? at(row, column, change(row[column])) : row));

/** What comes in place of a file: the same in another order, with other notes, a few other values, more rows. */
const DELIVERIES = {
  'another order': (rows) => [...rows].reverse(),
  'a column that nobody reads': (rows) => changed(rows, 5, (note) => `${note} seen`),
  'spaces that are trimmed away': (rows) => changed(rows, 6, (code) => ` ${code}`),
  'one amount': (rows) => changed(rows, 3, (cents) => cents + 1, rows.length),
  'more rows': (rows) => [...rows, ...rows.slice(0, 5).map((row) => at(row, 0, row[0] + rows.length))],
};

export function deliveriesOf() {
  return Object.entries(DELIVERIES).flatMap(([sort, change]) =>
    [0, 2, 5, 7].map((source) => ({
      sort,
      node: `raw.orders_${source}`,
      path: `data/orders_${source}.csv`,
      text: csvOf(change(deliveryOf(source))),
    })),
  );
}
