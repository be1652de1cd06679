import type { Dialect, InputUse } from './contract.ts';
import { startsQuery } from './brackets.ts';
import { Context } from './context.ts';
import { RULES } from './dialects.ts';
import { freeWords } from './free-words.ts';
import { K } from './keywords.ts';
import { Lexer } from './lexer.ts';
import { attachQualifiers } from './qualifiers.ts';
import { readQuery } from './queries.ts';
import { readLooseTable } from './relations.ts';
import { KIND, symbol, withTokenList } from './tokens.ts';
import type { Tokens } from './tokens.ts';

const SEMICOLON = symbol(';');

/**
 * What any one statement reads, for somebody who queries by hand. Tables that a statement writes are none of them, and
 * what is not understood is passed over: the engine will say what is wrong.
 */
export function readStatement(text: string, dialect: Dialect): readonly InputUse[] {
  return withTokenList((list) => {
    const tokens = new Lexer(text, RULES[dialect], list).run();
    freeWords(tokens, dialect);
    const context = new Context(tokens, RULES[dialect], [], { readQuery, readTable: readLooseTable });
    const end = statementEnd(context);
    while (context.at < end) readPiece(context, end);
    attachQualifiers(context);
    return context.inputs;
  });
}

function statementEnd(context: Context): number {
  let at = 0;
  for (; at < context.tokens.count; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.isSymbol(at, SEMICOLON)) break;
  }
  return Math.min(at, context.tokens.count);
}

const COPIES = new Set([K.copy, K.export]);

/** Reads the query, table or word at the cursor. */
function readPiece(context: Context, end: number): void {
  const { at } = context;
  if (COPIES.has(context.code(at)) && at === 0 && context.isIdentifier(at + 1)) {
    context.at = 1;
    readLooseTable(context, end);
  } else if (startsQuery(context, at) && !isWriteTarget(context, at)) {
    context.at = at;
    readQuery(context, end);
  } else context.at = at + 1;
}

/** `CREATE TABLE x`, `DROP TABLE x`, `ALTER TABLE x`: the name is written, not read. */
function isWriteTarget(context: Context, at: number): boolean {
  return at > 0 && context.isWord(at, K.table);
}

export interface Statements {
  /** Statements that a semicolon ends, without it and without blank ones. */
  readonly whole: readonly string[];
  /** What follows the last semicolon; empty where nothing but white space and comments does. */
  readonly rest: string;
}

/** Cuts a script at its semicolons; those in strings, comments, quoted names and brackets part nothing. */
export function splitStatements(text: string, dialect: Dialect = 'duckdb'): Statements {
  return withTokenList((list) => split(text, new Lexer(text, RULES[dialect], list).run()));
}

function split(text: string, tokens: Tokens): Statements {
  const whole: string[] = [];
  let from = 0;
  for (let at = 0; at < tokens.count; at++) {
    if (tokens.kind[at] === KIND.open) at = tokens.match[at] === -1 ? tokens.count : (tokens.match[at] ?? at);
    else if (tokens.kind[at] === KIND.symbol && tokens.code[at] === SEMICOLON) {
      if (at > from) whole.push(piece(tokens, from, at));
      from = at + 1;
    }
  }
  if (from < tokens.count) return { whole, rest: text.slice(tokens.start[from]).trimEnd() };
  return { whole, rest: unfinished(text, tokens) };
}

const piece = (tokens: Tokens, from: number, to: number): string =>
  tokens.text.slice(tokens.start[from], tokens.end[to - 1]);

/** A comment that is still open after the last semicolon is more to come. */
function unfinished(text: string, tokens: Tokens): string {
  const last = tokens.count === 0 ? 0 : (tokens.end[tokens.count - 1] ?? 0);
  const tail = text.slice(last).trim();
  return tail.startsWith('/*') && !tail.endsWith('*/') ? tail : '';
}
