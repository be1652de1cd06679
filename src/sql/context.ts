import type { ProblemCode, Span } from '../model/problems.ts';
import type { ClockUse, Edit, Identifier, InputUse, ParameterUse, SqlProblem, Tie } from './contract.ts';
import { cutName, foldName, lowerCase } from './dialects.ts';
import type { DialectRules } from './dialects.ts';
import { KEYWORD_TEXT } from './keywords.ts';
import type { Query, Relation } from './structure.ts';
import { KIND, symbol } from './tokens.ts';
import type { Tokens } from './tokens.ts';

const COLON = symbol(':');
const ASSIGN = symbol(':=');
const ARROW = symbol('=>');

/** CTEs that are visible, inner ones first. */
export interface CteScope {
  readonly names: Map<string, number>;
  readonly parent: CteScope | null;
}

/** A SELECT's tables as far as qualified names may lean on them: `analytics.orders.total` needs `analytics.orders`. */
export interface Block {
  readonly parent: Block | null;
  /** What names its tables, folded, as far as a query within may walk into their arrays. */
  readonly titles: ReadonlySet<string>;
  readonly mentions: { readonly input: number; readonly schema: string; readonly table: string }[];
}

/** A name of three parts or more, which may start with a schema. */
export interface LongName {
  readonly block: Block | null;
  /** Folded parts and the tokens where they stand. */
  readonly parts: readonly string[];
  readonly tokens: readonly number[];
}

export const MAX_DEPTH = 200;

/** The state of one reading: a cursor over tokens and what was found so far. */
export class Context {
  at = 0;
  depth = 0;
  scope: CteScope | null = null;
  block: Block | null = null;
  /** The SELECT that was read last: ORDER BY behind it sees its tables. */
  lastBlock: Block | null = null;
  cteCount = 0;
  /** How often each CTE is read, by its number. */
  readonly cteUses: number[] = [];
  readonly inputs: InputUse[] = [];
  readonly clocks: ClockUse[] = [];
  readonly ties: Tie[] = [];
  readonly keptNames: Edit[] = [];
  readonly longNames: LongName[] = [];
  readonly problems: SqlProblem[] = [];
  readonly tokens: Tokens;
  readonly rules: DialectRules;
  /** The parameters of the text, in order. */
  readonly parameters: readonly ParameterUse[];
  /** Reads the query that fills the tokens from the cursor to `end`; it lives in a module that imports this one. */
  readonly readQuery: (context: Context, end: number) => Query;
  /** Reads one table at the cursor, without joins. */
  readonly readTable: (context: Context, end: number) => Relation | null;
  /** Literals of parameters by where they stand. */
  readonly #literals = new Map<number, string>();

  constructor(
    tokens: Tokens,
    rules: DialectRules,
    parameters: readonly ParameterUse[],
    readers: Pick<Context, 'readQuery' | 'readTable'>,
  ) {
    this.tokens = tokens;
    this.rules = rules;
    this.parameters = parameters;
    for (const use of parameters) this.#literals.set(use.span.start, use.literal);
    this.readQuery = readers.readQuery;
    this.readTable = readers.readTable;
  }

  kind(at: number): number {
    return this.tokens.kind[at] ?? KIND.end;
  }

  /** Number of the keyword, or code of the symbol or bracket. */
  code(at: number): number {
    return this.tokens.code[at] ?? 0;
  }

  start(at: number): number {
    return this.tokens.start[at] ?? this.tokens.text.length;
  }

  end(at: number): number {
    return this.tokens.end[at] ?? this.tokens.text.length;
  }

  match(at: number): number {
    const found = this.tokens.match[at] ?? -1;
    return found === -1 ? this.tokens.count : found;
  }

  isWord(at: number, keyword: number): boolean {
    return this.kind(at) === KIND.word && this.code(at) === keyword;
  }

  isOpen(at: number): boolean {
    return this.kind(at) === KIND.open && this.code(at) === 40;
  }

  isSymbol(at: number, code: number): boolean {
    return this.kind(at) === KIND.symbol && this.code(at) === code;
  }

  /** A word without meaning of its own, or a quoted name. */
  isIdentifier(at: number): boolean {
    const kind = this.kind(at);
    return kind === KIND.word || kind === KIND.quoted;
  }

  raw(at: number): string {
    return this.tokens.text.slice(this.start(at), this.end(at));
  }

  identifier(at: number): Identifier {
    const raw = this.raw(at);
    if (this.kind(at) === KIND.word) return { text: raw, quoted: false };
    const close = raw.endsWith(']') ? ']' : raw.charAt(raw.length - 1);
    return { text: raw.slice(1, -1).replaceAll(close + close, close), quoted: this.kind(at) === KIND.quoted };
  }

  fold(at: number): string {
    if (this.kind(at) === KIND.word && this.rules.folds === 'lower') return cutName(this.lower(at), this.rules);
    const { text, quoted } = this.identifier(at);
    return foldName(text, quoted, this.rules);
  }

  lower(at: number): string {
    const code = this.code(at);
    if (code !== 0 && this.kind(at) === KIND.word) return KEYWORD_TEXT[code] ?? '';
    return lowerCase(this.raw(at), this.rules);
  }

  isNotEqual(at: number): boolean {
    return this.code(at) === NOT_EQUAL && this.kind(at) === KIND.symbol;
  }

  /** `{total: 1}`, `struct_pack(total := 1)`: letter case of a field stays in the type of its struct. */
  namesField(at: number): boolean {
    if (this.kind(at + 1) !== KIND.symbol) return false;
    const sign = this.code(at + 1);
    if (sign !== COLON && sign !== ASSIGN && !(sign === ARROW && this.rules.dialect === 'duckdb')) return false;
    return this.kind(at) === KIND.word || this.kind(at) === KIND.quoted;
  }

  /** How a token stands in canonical text. */
  spell(at: number): string {
    const kind = this.kind(at);
    if (this.namesField(at)) return kind === KIND.word ? this.raw(at) : quoteName(this.identifier(at).text);
    if (kind === KIND.word) return this.lower(at);
    if (kind === KIND.quoted) return quoteName(this.fold(at));
    if (kind === KIND.parameter) return this.parameterLiteral(at);
    if (this.isNotEqual(at)) return '<>';
    return this.raw(at);
  }

  parameterLiteral(at: number): string {
    return this.#literals.get(this.start(at)) ?? 'NULL';
  }

  span(from: number, to: number): Span {
    return { start: this.start(from), end: to > from ? this.end(to - 1) : this.start(from) };
  }

  problem(code: ProblemCode, message: string, span: Span, hint: string | null = null): void {
    this.problems.push({ code, severity: 'error', message, hint, span });
  }

  /** What is known of a bracket: 1 a query stands in it, 2 none does, 0 not yet known. */
  holdsQuery(at: number): number {
    return this.tokens.mark[at] ?? 2;
  }

  decide(at: number, holds: boolean): void {
    this.tokens.mark[at] = holds ? 1 : 2;
  }
}

const NOT_EQUAL = '!'.charCodeAt(0) * 256 + '='.charCodeAt(0);

/** A name in canonical text: quoted, so that it can be told from a word and from what stands in `{}`. */
export const quoteName = (name: string): string =>
  name.includes('"') ? `"${name.replaceAll('"', '""')}"` : `"${name}"`;
