import type { Context } from './context.ts';
import { spelledName } from './dialects.ts';
import { K, isReserved } from './keywords.ts';
import { KIND, symbol } from './tokens.ts';

const DOT = symbol('.');
const COMMA = symbol(',');
const STAR = symbol('*');
const MINUS = symbol('-');
const CAST = symbol('::');

/** The name that an engine gives to an expression without an alias, where it is simple enough to tell; else null. */
export function generatedName(context: Context, from: number, to: number): string | null {
  if (nameEnd(context, from, to) === to) return spelledName(context.identifier(to - 1), context.rules);
  if (context.rules.dialect === 'postgres') return calledName(context, from, to);
  if (context.rules.dialect !== 'duckdb' || to - from > MOST_TOKENS) return null;
  const printer = new Printer(context, from, to);
  const printed = printer.expression(0);
  return printer.at === to ? printed : null;
}

const MOST_TOKENS = 64;

/** PostgreSQL names a call after its function. */
function calledName(context: Context, from: number, to: number): string | null {
  const open = from + 1;
  if (context.kind(from) !== KIND.word || isReserved(context.code(from)) || !context.isOpen(open)) return null;
  const name = context.lower(from);
  return context.match(open) === to - 1 && !SPECIAL.has(name) && name !== 'cast' ? name : null;
}

function nameEnd(context: Context, from: number, to: number): number {
  if (!context.isIdentifier(from)) return -1;
  let end = from + 1;
  while (end + 1 < to && context.isSymbol(end, DOT) && context.isIdentifier(end + 1)) end += 2;
  return end;
}

/** Binary operators that DuckDB prints as they are, by how tightly they bind. */
const OPERATORS = new Map([
  ['=', 1],
  ['<', 1],
  ['>', 1],
  ['<=', 1],
  ['>=', 1],
  ['||', 2],
  ['+', 3],
  ['-', 3],
  ['*', 4],
  ['/', 4],
  ['//', 4],
  ['%', 4],
]);

const TYPES = new Map([
  ['int', 'INTEGER'],
  ['integer', 'INTEGER'],
  ['bigint', 'BIGINT'],
  ['float', 'FLOAT'],
  ['varchar', 'VARCHAR'],
  ['text', 'VARCHAR'],
  ['timestamp', 'TIMESTAMP'],
  ['date', '"DATE"'],
  ['double', '"DOUBLE"'],
]);

/** Calls that DuckDB prints in a way of their own. */
const SPECIAL = new Set(
  `try_cast exists extract interval row struct unnest trim position overlay array not in any some all grouping
  grouping_id if ifnull list map columns try values date_part first last ltrim rtrim struct_pack xor left right alias
  case over filter`.split(/\s+/),
);

/** Prints an expression as DuckDB does; gives up with null on what it does not know. */
class Printer {
  at: number;
  readonly #context: Context;
  readonly #end: number;

  constructor(context: Context, from: number, end: number) {
    this.#context = context;
    this.at = from;
    this.#end = end;
  }

  /** An expression of operators that bind tighter than `floor`. */
  expression(floor: number): string | null {
    let left = this.#operand();
    while (left !== null && this.at < this.#end && this.#context.kind(this.at) === KIND.symbol) {
      const sign = this.#context.raw(this.at);
      const strength = OPERATORS.get(sign);
      if (strength === undefined || strength <= floor) return left;
      this.at++;
      const right = this.expression(strength);
      left = right === null ? null : `(${left} ${sign} ${right})`;
    }
    return left;
  }

  #operand(): string | null {
    const context = this.#context;
    const { at } = this;
    if (at >= this.#end) return null;
    const base = this.#base();
    let printed = base;
    while (printed !== null && context.isSymbol(this.at, CAST) && this.at < this.#end) {
      this.at++;
      const type = this.#type();
      printed = type === null ? null : `CAST(${printed} AS ${type})`;
    }
    return printed;
  }

  #base(): string | null {
    const context = this.#context;
    const { at } = this;
    const kind = context.kind(at);
    if (kind === KIND.number) return this.#number();
    if (kind === KIND.string) return this.#take(context.raw(at).startsWith("'") ? context.raw(at) : null);
    if (context.isSymbol(at, MINUS)) return this.#negative();
    if (context.isOpen(at)) return this.#bracket();
    if (kind !== KIND.word && kind !== KIND.quoted) return null;
    if (context.isWord(at, K.null)) return this.#take('NULL');
    const end = nameEnd(context, at, this.#end);
    if (context.isOpen(end) && end < this.#end) return this.#call(end);
    if (kind === KIND.word && isReserved(context.code(at))) return null;
    let text = '';
    for (let part = at; part < end; part += 2) text += (part === at ? '' : '.') + printPart(context, part);
    this.at = end;
    return text;
  }

  #take(text: string | null): string | null {
    this.at++;
    return text;
  }

  #number(): string | null {
    const raw = this.#context.raw(this.at);
    return this.#take(/^[0-9]+(\.[0-9]+)?$/.test(raw) ? raw : null);
  }

  #negative(): string | null {
    this.at++;
    const number = this.#context.kind(this.at) === KIND.number;
    const operand = this.#operand();
    if (operand === null) return null;
    return number ? `-${operand}` : `-(${operand})`;
  }

  #bracket(): string | null {
    const close = this.#context.match(this.at);
    this.at++;
    const inner = this.expression(0);
    if (this.at !== close) return null;
    this.at = close + 1;
    return inner;
  }

  #call(open: number): string | null {
    const context = this.#context;
    const name = context.lower(this.at);
    const close = context.match(open);
    if (open !== this.at + 1 || context.kind(this.at) !== KIND.word || SPECIAL.has(name)) return null;
    if (name === 'cast') return this.#cast(open, close);
    this.at = open + 1;
    if (name === 'count' && (close === open + 1 || (close === open + 2 && context.isSymbol(open + 1, STAR)))) {
      this.at = close + 1;
      return this.#unlessWindow('count_star()');
    }
    const distinct = context.isWord(this.at, K.distinct);
    if (distinct) this.at++;
    const list = this.#arguments(close);
    if (list === null) return null;
    const shown = name === 'coalesce' ? 'COALESCE' : name;
    return this.#unlessWindow(`${shown}(${distinct ? 'DISTINCT ' : ''}${list})`);
  }

  #unlessWindow(text: string): string | null {
    return this.at < this.#end && this.#context.kind(this.at) === KIND.word ? null : text;
  }

  #arguments(close: number): string | null {
    const list: string[] = [];
    while (this.at < close) {
      const value = this.expression(0);
      if (value === null) return null;
      list.push(value);
      if (this.at < close && !this.#context.isSymbol(this.at, COMMA)) return null;
      if (this.at < close) this.at++;
    }
    this.at = close + 1;
    return list.join(', ');
  }

  #cast(open: number, close: number): string | null {
    this.at = open + 1;
    const value = this.expression(0);
    if (value === null || !this.#context.isWord(this.at, K.as)) return null;
    this.at++;
    const type = this.#type();
    if (type === null || this.at !== close) return null;
    this.at = close + 1;
    return `CAST(${value} AS ${type})`;
  }

  #type(): string | null {
    const context = this.#context;
    const name = context.lower(this.at);
    const open = this.at + 1;
    if (name === 'decimal' && context.isOpen(open) && context.match(open) === open + 4) {
      this.at = open + 5;
      return `DECIMAL(${context.raw(open + 1)}, ${context.raw(open + 3)})`;
    }
    this.at = open;
    return context.isOpen(open) || context.kind(open) === KIND.word ? null : (TYPES.get(name) ?? null);
  }
}

const printPart = (context: Context, at: number): string => {
  const { text } = context.identifier(at);
  const plain = /^[a-z_][a-z0-9_]*$/i.test(text) && !(context.kind(at) === KIND.word && isReserved(context.code(at)));
  return plain ? text : `"${text.replaceAll('"', '""')}"`;
};
