/**
 * Random queries over three small tables. A query is made from a list of numbers, so that a changed number is a small
 * edit of the query. Nothing in them hangs on the order of rows.
 */
export const CATALOG = {
  t: ['id', 'k', 'a', 'b', 's'],
  u: ['id', 'k', 'x', 'y', 's'],
  v: ['k', 'z', 'w'],
} as const;

type TableName = keyof typeof CATALOG;

interface Source {
  readonly alias: string;
  /** Integer columns. */
  readonly columns: readonly string[];
}

class Maker {
  readonly #choices: readonly number[];
  #at = 0;
  #names = 0;
  /** CTEs that may be read. */
  readonly ctes: { readonly name: string; readonly columns: readonly string[] }[] = [];

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  /** A number below `bound`. */
  below(bound: number): number {
    // Past the end of the list the same numbers come again in other places.
    const choice = this.#choices[this.#at % this.#choices.length] ?? 0;
    const round = Math.floor(this.#at / this.#choices.length);
    this.#at++;
    return (choice + round * 7919) % bound;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  }

  name(prefix: string): string {
    this.#names++;
    return `${prefix}${this.#names}`;
  }
}

const numeric = (table: TableName): readonly string[] => CATALOG[table].filter((column) => column !== 's');

/** The query that a list of numbers stands for. */
export function makeQuery(choices: readonly number[]): string {
  const maker = new Maker(choices);
  const ctes: string[] = [];
  for (let count = maker.below(3); count > 0; count--) {
    const name = maker.name('cte');
    const { sql, columns } = makeBody(maker, 1);
    ctes.push(`${name} AS (${sql})`);
    maker.ctes.push({ name, columns });
  }
  const body = makeBody(maker, 0);
  return `${ctes.length > 0 ? `WITH ${ctes.join(', ')} ` : ''}${body.sql}`;
}

interface Made {
  readonly sql: string;
  readonly columns: readonly string[];
}

function makeBody(maker: Maker, depth: number): Made {
  const first = makeSelect(maker, depth, null);
  if (!maker.chance(15)) return first;
  const operator = maker.pick(['UNION ALL', 'UNION', 'INTERSECT', 'EXCEPT', 'UNION ALL BY NAME']);
  const second = makeSelect(maker, depth, operator.endsWith('NAME') ? null : first.columns.length);
  if (!operator.endsWith('NAME')) return { sql: `${first.sql} ${operator} ${second.sql}`, columns: first.columns };
  return {
    sql: `${first.sql} ${operator} ${second.sql}`,
    columns: [...new Set([...first.columns, ...second.columns])],
  };
}

function makeSource(maker: Maker, depth: number): Source & { readonly sql: string } {
  const alias = maker.name('r');
  const shown = maker.chance(50) ? ` AS ${alias}` : ` ${alias}`;
  if (maker.ctes.length > 0 && maker.chance(50)) {
    const cte = maker.pick(maker.ctes);
    return { sql: `${cte.name}${shown}`, alias, columns: cte.columns };
  }
  if (depth < 2 && maker.chance(20)) {
    const inner = makeBody(maker, depth + 1);
    return { sql: `(${inner.sql})${shown}`, alias, columns: inner.columns };
  }
  if (maker.chance(8)) return { sql: `generate_series(1, ${1 + maker.below(3)})${shown}(n)`, alias, columns: ['n'] };
  if (maker.chance(8))
    return { sql: `(VALUES (1, 2), (3, NULL), (1, ${maker.below(4)}))${shown}(p, q)`, alias, columns: ['p', 'q'] };
  const table = maker.pick(['t', 'u', 'v'] as const);
  return { sql: `s.${table}${shown}`, alias, columns: numeric(table) };
}

const JOINS = [
  'JOIN',
  'LEFT JOIN',
  'INNER JOIN',
  'FULL JOIN',
  'RIGHT OUTER JOIN',
  'CROSS JOIN',
  ',',
  'SEMI JOIN',
  'ANTI JOIN',
  'JOIN LATERAL',
];

function makeFrom(maker: Maker, depth: number): { readonly sql: string; readonly sources: readonly Source[] } {
  const first = makeSource(maker, depth);
  const sources: Source[] = [first];
  let { sql } = first;
  for (let joins = 0; joins < 3 && sources.length < 3 && maker.chance(35); joins++) {
    const join = maker.pick(JOINS);
    if (join === 'JOIN LATERAL') {
      const lateral = makeLateral(maker, sources);
      sql += ` ${lateral.sql}`;
      sources.push(lateral);
      continue;
    }
    const next = makeSource(maker, depth);
    const shared = next.columns.filter((column) => sources.length === 1 && first.columns.includes(column));
    if (join === 'CROSS JOIN' || join === ',') sql += ` ${join} ${next.sql}`;
    else if (shared.length > 0 && maker.chance(30)) sql += ` ${join} ${next.sql} USING (${maker.pick(shared)})`;
    else sql += ` ${join} ${next.sql} ON ${column(maker, sources)} = ${column(maker, [next])}`;
    if (!/SEMI|ANTI/.test(join)) sources.push(next);
  }
  return { sql, sources };
}

function makeLateral(maker: Maker, sources: readonly Source[]): Source & { readonly sql: string } {
  const alias = maker.name('r');
  const table = maker.pick(['u', 'v'] as const);
  const value = `max(${maker.pick(numeric(table))})`;
  const sql = `CROSS JOIN LATERAL (SELECT ${value} AS m FROM s.${table} i WHERE i.k = ${column(maker, sources)}) ${alias}`;
  return { sql, alias, columns: ['m'] };
}

const column = (maker: Maker, sources: readonly Source[]): string => {
  const source = maker.pick(sources);
  return `${source.alias}.${maker.pick(source.columns)}`;
};

function scalar(maker: Maker, sources: readonly Source[], depth: number): string {
  switch (maker.below(12)) {
    case 0:
      return String(maker.below(5));
    case 1:
      return `${column(maker, sources)} + ${maker.below(3)}`;
    case 2:
      return `coalesce(${column(maker, sources)}, ${column(maker, sources)})`;
    case 3:
      return `CASE WHEN ${condition(maker, sources, depth)} THEN ${column(maker, sources)} ELSE ${maker.below(3)} END`;
    case 4:
      return `(${column(maker, sources)} * ${column(maker, sources)})`;
    case 5:
      return depth < 2 ? subquery(maker, sources) : column(maker, sources);
    default:
      return column(maker, sources);
  }
}

function subquery(maker: Maker, sources: readonly Source[]): string {
  const table = maker.pick(['t', 'u', 'v'] as const);
  const call = maker.pick(['max', 'min', 'sum', 'count']);
  return `(SELECT ${call}(i.${maker.pick(numeric(table))}) FROM s.${table} i WHERE i.k = ${column(maker, sources)})`;
}

function condition(maker: Maker, sources: readonly Source[], depth: number): string {
  const table = maker.pick(['t', 'u', 'v'] as const);
  switch (maker.below(9)) {
    case 0:
      return `${column(maker, sources)} IS NOT NULL`;
    case 1:
      return `${column(maker, sources)} <> ${maker.below(4)}`;
    case 2:
      return `${column(maker, sources)} IN (SELECT ${maker.pick(numeric(table))} FROM s.${table})`;
    case 3:
      return depth < 2 ? `EXISTS (SELECT * FROM s.${table} i WHERE i.k = ${column(maker, sources)})` : 'TRUE';
    case 4:
      return `${column(maker, sources)} IS DISTINCT FROM ${column(maker, sources)}`;
    case 5:
      return `(${column(maker, sources)} > 1 OR ${column(maker, sources)} < 2)`;
    default:
      return `${column(maker, sources)} > ${maker.below(3)}`;
  }
}

const where = (maker: Maker, sources: readonly Source[], depth: number): string =>
  maker.chance(40) ? ` WHERE ${condition(maker, sources, depth)}` : '';

function makeSelect(maker: Maker, depth: number, width: number | null): Made {
  const { sql: from, sources } = makeFrom(maker, depth);
  const kind = maker.below(10);
  if (kind < 3) return makeGrouped(maker, from, sources, width);
  if (kind === 3 && width === null) return makeStar(maker, from, sources, depth);
  if (kind === 4) return makeAggregate(maker, from, sources, width);
  return makePlain(maker, from, sources, depth, width);
}

function makePlain(maker: Maker, from: string, sources: readonly Source[], depth: number, width: number | null): Made {
  const items: string[] = [];
  const columns: string[] = [];
  for (let count = width ?? 1 + maker.below(4); count > 0; count--) {
    const before = columns.at(-1);
    // An alias of the list, and a name that a column may catch.
    const value =
      before !== undefined && maker.chance(10)
        ? `${before} + 1`
        : maker.chance(12)
          ? windowed(maker, sources)
          : scalar(maker, sources, depth);
    const name = maker.chance(30) ? maker.pick(['a', 'k', 'x', 'z', 'id']) : maker.name('c');
    const alias = columns.includes(name) ? maker.name('c') : name;
    items.push(`${value} AS ${alias}`);
    columns.push(alias);
  }
  if (maker.chance(5) && width === null) {
    items.push(`unnest([${column(maker, sources)}, ${maker.below(3)}]) AS n`);
    columns.push('n');
  }
  const distinct = maker.chance(12) ? 'DISTINCT ' : '';
  const tail = distinct === '' && maker.chance(8) ? ` QUALIFY ${windowed(maker, sources)} > 1` : '';
  const sql = `SELECT ${distinct}${items.join(', ')} FROM ${from}${where(maker, sources, depth)}${tail}`;
  if (width !== null || depth > 0 || !maker.chance(15)) return { sql, columns };
  return { sql: `${sql} ORDER BY ALL${maker.chance(60) ? ` LIMIT ${1 + maker.below(5)}` : ''}`, columns };
}

function windowed(maker: Maker, sources: readonly Source[]): string {
  const over = `(PARTITION BY ${column(maker, sources)}${maker.chance(50) ? ` ORDER BY ${column(maker, sources)}` : ''})`;
  const call = maker.pick(['sum', 'count', 'max']);
  return maker.chance(30)
    ? `rank() OVER (ORDER BY ${column(maker, sources)})`
    : `${call}(${column(maker, sources)}) OVER ${over}`;
}

function makeStar(maker: Maker, from: string, sources: readonly Source[], depth: number): Made {
  const [only, second] = sources;
  if (only === undefined || second !== undefined || only.columns.length < 2)
    return makePlain(maker, from, sources, depth, null);
  const gone = maker.pick(only.columns);
  const rest = only.columns.filter((name) => name !== gone);
  // Columns of other types come along with a star, so only the integers are named afterwards.
  const list = maker.pick([
    `* EXCLUDE (${gone})`,
    `* REPLACE (${rest[0] ?? gone} + 1 AS ${gone})`,
    '*',
    `${only.alias}.*`,
  ]);
  const columns = list.includes('EXCLUDE') ? rest : only.columns;
  return { sql: `SELECT ${list} FROM ${from}${where(maker, sources, depth)}`, columns };
}

const AGGREGATES = ['sum', 'count', 'max', 'min'];

function makeGrouped(maker: Maker, from: string, sources: readonly Source[], width: number | null): Made {
  const count = width ?? 1 + maker.below(4);
  const keyCount = Math.min(count, 1 + maker.below(2));
  const items: string[] = [];
  const columns: string[] = [];
  const keys: string[] = [];
  for (let index = 0; index < count; index++) {
    const name = maker.name('g');
    const isKey = index < keyCount;
    const value = isKey
      ? column(maker, sources)
      : `${maker.pick(AGGREGATES)}(${maker.chance(20) ? 'DISTINCT ' : ''}${column(maker, sources)})`;
    items.push(`${value} AS ${name}`);
    columns.push(name);
    if (isKey) keys.push(maker.pick([value, name, String(index + 1)]));
  }
  const group = maker.chance(20) ? 'ALL' : keys.join(', ');
  const having = maker.chance(25) ? ` HAVING count(*) > ${maker.below(2)}` : '';
  return {
    sql: `SELECT ${items.join(', ')} FROM ${from}${where(maker, sources, 2)} GROUP BY ${group}${having}`,
    columns,
  };
}

function makeAggregate(maker: Maker, from: string, sources: readonly Source[], width: number | null): Made {
  const columns = Array.from({ length: width ?? 1 + maker.below(2) }, () => maker.name('h'));
  const items = columns.map((name) => `${maker.pick(AGGREGATES)}(${column(maker, sources)}) AS ${name}`);
  return { sql: `SELECT ${items.join(', ')} FROM ${from}${where(maker, sources, 2)}`, columns };
}
