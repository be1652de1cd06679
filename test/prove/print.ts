import { Random } from './random.ts';
import {
  expressionsOf,
  PLAIN,
  type Body,
  type Expr,
  type Group,
  type Item,
  type Join,
  type Piece,
  type Query,
  type Select,
  type Source,
  type Style,
} from './query.ts';

const PLAIN_NAME = /^[a-z_][a-z0-9_]*$/;
/** Names that the engine takes for something else where no AS stands before them. */
const WORDS = new Set(['day', 'name', 'since', 'extra', 'l', 'items', 'value', 'what']);
const RESERVED = new Set(['end', 'order', 'group', 'all', 'desc', 'asc']);

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A name as the output of a query bears it. */
export const nameText = (name: string): string => (PLAIN_NAME.test(name) && !RESERVED.has(name) ? name : quoted(name));

/** In brackets, a constant is no ordinal any more. */
const isConstant = (one: Expr): boolean =>
  !one.pieces.some((piece) => typeof piece === 'object' && piece.type !== 'literal');

class Printer {
  readonly #style: Style;
  /** Columns may be spelled otherwise: here they name no output. */
  #free = false;

  constructor(style: Style) {
    this.#style = style;
  }

  /** A name that is seen by nobody outside. */
  inner(name: string): string {
    if (!PLAIN_NAME.test(name)) return quoted(name);
    if (this.#style.names === 'quoted') return quoted(name);
    return this.#style.names === 'capital' ? name.toUpperCase() : name;
  }

  table(name: string): string {
    return name
      .split('.')
      .map((part) => this.inner(part))
      .join('.');
  }

  #freely<T>(work: () => T): T {
    const before = this.#free;
    this.#free = true;
    try {
      return work();
    } finally {
      this.#free = before;
    }
  }

  #piece(piece: Piece): string {
    if (typeof piece === 'string') return piece.replaceAll('<>', this.#style.unequal);
    if (piece.type === 'literal') return piece.sql;
    if (piece.type === 'query') return `(${this.#freely(() => this.query(piece.query))})`;
    const column = this.#free ? this.inner(piece.name) : nameText(piece.name);
    return piece.of === null ? column : `${this.inner(piece.of)}.${column}`;
  }

  bare(one: Expr): string {
    return one.pieces.map((piece) => this.#piece(piece)).join('');
  }

  /** An expression whose text names nothing. */
  expr(one: Expr): string {
    return this.#freely(() => (this.#style.brackets && !isConstant(one) ? `(${this.bare(one)})` : this.bare(one)));
  }

  /** The same without brackets of its own: in a list, they can mean more. */
  plain(one: Expr): string {
    return this.#freely(() => this.bare(one));
  }

  item(item: Item): string {
    if (item.type === 'expr') {
      if (item.alias === null) return this.bare(item.expr);
      return `${this.expr(item.expr)} ${this.#style.as || WORDS.has(item.alias) ? 'AS ' : ''}${nameText(item.alias)}`;
    }
    const star = item.of === null ? '*' : `${this.inner(item.of)}.*`;
    const exclude =
      item.exclude.length === 0 ? '' : ` EXCLUDE (${item.exclude.map((name) => this.inner(name)).join(', ')})`;
    const replace = item.replace.map((one) => `${this.expr(one.expr)} AS ${nameText(one.name)}`).join(', ');
    const rename =
      item.rename === null ? '' : ` RENAME (${this.inner(item.rename.name)} AS ${nameText(item.rename.to)})`;
    return `${star}${exclude}${replace === '' ? '' : ` REPLACE (${replace})`}${rename}`;
  }

  #columns = (columns: readonly string[] | null): string =>
    columns === null ? '' : `(${columns.map(nameText).join(', ')})`;

  source(source: Source): string {
    const as = this.#style.as ? 'AS ' : '';
    switch (source.type) {
      case 'table':
        return `${this.table(source.name)}${source.alias === null ? '' : ` ${as}${this.inner(source.alias)}`}`;
      case 'query':
        return `${source.lateral ? 'LATERAL ' : ''}(${this.query(source.query)}) ${as}${this.inner(source.alias)}${this.#columns(source.columns)}`;
      case 'values': {
        const rows = source.rows.map((row) => `(${row.map((one) => one.sql).join(', ')})`).join(', ');
        return `(VALUES ${rows}) ${as}${this.inner(source.alias)}${this.#columns(source.columns)}`;
      }
      case 'series':
        return `generate_series(1, ${source.to.sql}) ${as}${this.inner(source.alias)}(${nameText(source.column)})`;
      case 'made': {
        const names = source.listed ? this.#columns(source.columns.map(({ name }) => name)) : '';
        return `${this.plain(source.made)} ${as}${this.inner(source.alias)}${names}`;
      }
    }
  }

  join(join: Join): string {
    const source = this.source(join.source);
    if (join.kind === 'COMMA') return `, ${source}`;
    if (join.kind === 'CROSS') return ` CROSS JOIN ${source}`;
    const outer = this.#style.outer && ['LEFT', 'RIGHT', 'FULL'].includes(join.kind) ? ' OUTER' : '';
    const kind = join.kind === 'INNER' ? (this.#style.inner ? ' INNER' : '') : ` ${join.kind}${outer}`;
    if (join.using === 'natural') return ` NATURAL${kind} JOIN ${source}`;
    const using = join.using === null ? '' : ` USING (${join.using.map(nameText).join(', ')})`;
    return `${kind} JOIN ${source}${join.on === null ? using : ` ON ${this.expr(join.on)}`}`;
  }

  group(group: Group, select: Select): string {
    if (group.form === 'all') return ' GROUP BY ALL';
    const keys = group.keys.map((key) => {
      const text = JSON.stringify(key);
      const place = select.items.findIndex((item) => item.type === 'expr' && JSON.stringify(item.expr) === text);
      const item = select.items[place];
      const stars = select.items.slice(0, place).some((one) => one.type === 'star');
      if (group.form === 'ordinals' && place !== -1 && !stars) return String(place + 1);
      if (group.form === 'aliases' && item?.type === 'expr' && item.alias !== null) return nameText(item.alias);
      return this.plain(key);
    });
    const list = keys.join(', ');
    switch (group.form) {
      case 'rollup':
        return ` GROUP BY ROLLUP (${list})`;
      case 'cube':
        return ` GROUP BY CUBE (${list})`;
      case 'sets':
        return ` GROUP BY GROUPING SETS ((${list}), (${keys[0] ?? ''}))`;
      case 'exprs':
      case 'ordinals':
      case 'aliases':
        return ` GROUP BY ${list}`;
    }
  }

  select(select: Select): string {
    const { distinct, from, where, group, having, qualify } = select;
    const on = Array.isArray(distinct) ? ` ON (${distinct.map((one) => this.expr(one)).join(', ')})` : '';
    const items = select.items.map((item) => this.item(item)).join(', ');
    const sources =
      from === null ? '' : ` FROM ${this.source(from.first)}${from.joins.map((join) => this.join(join)).join('')}`;
    const clause = (word: string, one: Expr | null): string => (one === null ? '' : ` ${word} ${this.expr(one)}`);
    const grouped =
      group === null || (group.form !== 'all' && group.keys.length === 0) ? '' : this.group(group, select);
    const list = `SELECT${distinct === 'no' ? '' : ` DISTINCT${on}`} ${items}`;
    const head = this.#style.fromFirst && from !== null ? `${sources.trimStart()} ${list}` : `${list}${sources}`;
    const window = select.window === null ? '' : ` WINDOW w AS (${this.plain(select.window)})`;
    return `${head}${clause('WHERE', where)}${grouped}${clause('HAVING', having)}${window}${clause('QUALIFY', qualify)}`;
  }

  body(body: Body): string {
    if (body.type === 'select') return this.select(body);
    const side = (one: Body): string => (one.type === 'set' ? `(${this.body(one)})` : this.body(one));
    return `${side(body.left)} ${body.op} ${side(body.right)}`;
  }

  query(query: Query): string {
    const ctes = query.ctes.map(
      (cte) =>
        `${this.inner(cte.name)}${this.#columns(cte.columns)} AS ${cte.materialized ? 'MATERIALIZED ' : ''}(${this.query(cte.query)})`,
    );
    // A name in ORDER BY is looked for among the names of the output as it is spelled there.
    const order = query.order.map((one) => {
      const direction = one.desc ? ' DESC' : this.#style.ascending ? ' ASC' : '';
      return `${this.bare(one.by)}${direction}${one.nulls === null ? '' : ` NULLS ${one.nulls}`}`;
    });
    const limit = query.limit === null ? '' : ` LIMIT ${this.#piece(query.limit)}`;
    const offset = query.offset === null ? '' : ` OFFSET ${query.offset.sql}`;
    const by = order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`;
    return `${ctes.length === 0 ? '' : `WITH ${query.ctes.some(({ recursive }) => recursive) ? 'RECURSIVE ' : ''}${ctes.join(', ')} `}${this.body(query.body)}${by}${limit}${offset}`;
  }
}

const QUOTED = /('(?:[^']|'')*'|"(?:[^"]|"")*")/;
const COMMENTS = ['/* a note */', '-- a note\n', "/* it's SELECT x FROM y */", '-- "so"\n'];

function laidOut(text: string, style: Style): string {
  const random = new Random(style.comments);
  const comment = (): string => (style.comments > 0 && random.chance(0.08) ? ` ${random.pick(COMMENTS)} ` : '');
  const space = { flat: () => ' ', lines: () => (random.chance(0.3) ? '\n  ' : ' '), wide: () => '  \n\t ' }[
    style.layout
  ];
  const parts = text.split(QUOTED).map((part, index) => {
    if (index % 2 === 1) return part;
    const cased = style.small
      ? part.replaceAll(/\b[A-Z][A-Z_]*\b/g, (word) => (style.names === 'capital' ? word : word.toLowerCase()))
      : part;
    return cased.replaceAll(' ', () => `${space()}${comment()}`);
  });
  const head = style.comments > 0 ? '-- what this is for\n' : '';
  return `${head}${parts.join('')}${style.semicolon ? ';' : ''}\n`;
}

/** The query as it stands in a file. */
export const printQuery = (query: Query, style: Style): string => laidOut(new Printer(style).query(query), style);

export const printExpr = (one: Expr): string => new Printer(PLAIN).bare(one);

/** Names that a query takes columns by, wherever they stand. */
export function namesIn(select: Select): string[] {
  return expressionsOf(select).flatMap((one) =>
    one.pieces.flatMap((piece) => (typeof piece === 'object' && piece.type === 'ref' ? [piece.name] : [])),
  );
}
