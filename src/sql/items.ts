import type { Context } from './context.ts';
import { lastNames, writtenText } from './canonical-text.ts';
import { chainEnd, chainParts, noteLongName } from './chains.ts';
import { expressionBetween, expressionEnd, readExpression } from './expressions.ts';
import { generatedName } from './generated-names.ts';
import { K } from './keywords.ts';
import { findAlias } from './names.ts';
import type { Expression, SelectItem, StarItem } from './structure.ts';
import { KIND, symbol } from './tokens.ts';

const COMMA = symbol(',');
const DOT = symbol('.');
const STAR = symbol('*');
const COLON = symbol(':');

/** Reads the list of a SELECT up to the next clause. A comma before the clause is allowed. */
export function readItems(context: Context, limit: number): readonly SelectItem[] {
  const items: SelectItem[] = [];
  while (context.at < limit) {
    const before = context.at;
    const star = starEnd(context, before, limit);
    if (star !== -1) items.push(readStar(context, before, star, limit));
    else {
      const end = expressionEnd(context, before, limit, 'clause');
      if (end === before) break;
      items.push(readValue(context, before, end));
    }
    if (!context.isSymbol(context.at, COMMA)) break;
    context.at++;
  }
  return items;
}

/** The token after `*` or `t.*` at the start of an item, or -1. */
function starEnd(context: Context, from: number, limit: number): number {
  if (context.isSymbol(from, STAR)) return from + 1;
  if (!context.isIdentifier(from)) return -1;
  const end = chainEnd(context, from, limit);
  return context.isSymbol(end, DOT) && context.isSymbol(end + 1, STAR) && end + 1 < limit ? end + 2 : -1;
}

function readValue(context: Context, from: number, to: number): SelectItem {
  const before = { clocks: context.clocks.length, inputs: context.inputs.length };
  if (context.rules.dialect === 'duckdb' && context.isIdentifier(from) && context.isSymbol(from + 1, COLON)) {
    const expression = expressionBetween(context, from + 2, to);
    return { type: 'value', expression, alias: context.identifier(from), name: null };
  }
  const listed = aliasList(context, from, to);
  if (listed !== -1) return readListed(context, from, listed, to);
  const { alias, end } = findAlias(context, from, to);
  const expression = expressionBetween(context, from, end);
  context.at = to;
  if (alias !== to) return { type: 'value', expression, alias: context.identifier(alias), name: null };
  const name = generatedName(context, from, end);
  if (context.clocks.length > before.clocks)
    return keepName(context, expression, name ?? shownText(context, from, end));
  if (name !== null) return { type: 'value', expression, alias: null, name };
  const value = maySpread(context, from, expression);
  if (context.rules.dialect === 'duckdb' && context.inputs.length > before.inputs && !value.facts.spreads)
    return keepName(context, value, shownText(context, from, end));
  return { type: 'value', expression: value, alias: null, name, written: writtenText(context, from, end) };
}

/** A name made of the text, on which layout has no say. */
const shownText = (context: Context, from: number, end: number): string =>
  writtenText(context, from, end).replaceAll(/(?<=[(.]) | (?=[).,])/g, '');

/** DuckDB's `unnest(s)` gives a column for each field, where `s` is a struct. */
function maySpread(context: Context, from: number, expression: Expression): Expression {
  const isUnnest = context.rules.dialect === 'duckdb' && context.isOpen(from + 1) && context.lower(from) === 'unnest';
  return isUnnest ? { ...expression, facts: { ...expression.facts, spreads: true } } : expression;
}

/** Where the list starts of `explode(m) AS (k, v)`, or -1. */
function aliasList(context: Context, from: number, to: number): number {
  const open = context.kind(to - 1) === KIND.close ? context.match(to - 1) : -1;
  return open - 1 > from && context.isOpen(open) && context.isWord(open - 1, K.as) ? open : -1;
}

function readListed(context: Context, from: number, open: number, to: number): SelectItem {
  const { items, span, facts } = expressionBetween(context, from, open - 1);
  context.at = to;
  const named = { items: [...items, 'as', ...lastNames(context, open)], span, facts: { ...facts, spreads: true } };
  return { type: 'value', expression: named, alias: null, name: null };
}

/** Something else will stand for the clock or for a table; the column keeps the name that they gave it. */
function keepName(context: Context, expression: Expression, name: string): SelectItem {
  const { end } = expression.span;
  context.keptNames.push({ span: { start: end, end }, text: ` AS ${quoted(context, name)}` });
  return { type: 'value', expression, alias: { text: name, quoted: true }, name };
}

function quoted(context: Context, name: string): string {
  const quote = context.rules.identifierQuotes.charAt(0);
  return quote + name.replaceAll(quote, quote + quote) + quote;
}

function readStar(context: Context, from: number, afterStar: number, limit: number): StarItem {
  const qualifier: string[] = [];
  for (let at = from; at < afterStar - 1; at += 2) qualifier.push(context.fold(at));
  if (qualifier.length > 1) noteQualifier(context, from, afterStar - 2, qualifier);
  const build = {
    exclude: [] as (readonly string[])[],
    replace: [] as StarItem['replace'][number][],
    rename: [] as StarItem['rename'][number][],
  };
  context.at = afterStar;
  while (context.at < limit && readModifier(context, limit, build)) {
    // Each turn reads one modifier.
  }
  const restFrom = context.at;
  const tail = readExpression(context, limit, 'clause');
  const rest = context.at > restFrom ? tail : null;
  return { type: 'star', qualifier, ...build, rest, span: context.span(from, context.at) };
}

function noteQualifier(context: Context, from: number, to: number, parts: readonly string[]): void {
  const tokens: number[] = [];
  for (let at = from; at <= to; at += 2) tokens.push(at);
  context.longNames.push({ block: context.block, parts, tokens });
}

interface StarBuilding {
  readonly exclude: (readonly string[])[];
  readonly replace: StarItem['replace'][number][];
  readonly rename: StarItem['rename'][number][];
}

function readModifier(context: Context, limit: number, build: StarBuilding): boolean {
  const at = context.at;
  if (context.kind(at) !== KIND.word) return false;
  const code = context.code(at);
  const open = at + 1;
  if (code === K.exclude || code === K.except) {
    if (!context.isOpen(open)) return readBareExclude(context, code, open, limit, build);
    if (context.isWord(open + 1, K.select) || context.isWord(open + 1, K.from)) return false;
    readExcluded(context, open, build);
    return true;
  }
  if (code === K.replace && context.isOpen(open)) return readReplaced(context, open, build);
  if (code === K.rename) return readRenamed(context, open, limit, build);
  return false;
}

function readBareExclude(context: Context, code: number, at: number, limit: number, build: StarBuilding): boolean {
  if (code !== K.exclude || at >= limit || !context.isIdentifier(at)) return false;
  build.exclude.push([context.fold(at)]);
  context.at = at + 1;
  return true;
}

function readExcluded(context: Context, open: number, build: StarBuilding): void {
  const close = context.match(open);
  for (let at = open + 1; at < close; at++) {
    if (!context.isIdentifier(at)) continue;
    const end = chainEnd(context, at, close);
    build.exclude.push(starName(context, at, end));
    at = end;
  }
  context.at = close + 1;
}

function starName(context: Context, from: number, end: number): readonly string[] {
  const parts = chainParts(context, from, end);
  if (parts.length > 2) noteLongName(context, from, end, parts);
  return parts;
}

function readReplaced(context: Context, open: number, build: StarBuilding): boolean {
  const close = context.match(open);
  let at = open + 1;
  while (at < close) {
    const end = expressionEnd(context, at, close, 'clause');
    const { alias, end: valueEnd } = findAlias(context, at, end);
    const expression = expressionBetween(context, at, valueEnd);
    if (alias !== end) build.replace.push({ name: context.identifier(alias), expression });
    at = end + 1;
  }
  context.at = close + 1;
  return true;
}

function readRenamed(context: Context, open: number, limit: number, build: StarBuilding): boolean {
  const inBrackets = context.isOpen(open);
  const to = inBrackets ? context.match(open) : Math.min(open + 3, limit);
  for (let at = inBrackets ? open + 1 : open; at + 2 < to + 1; at++) {
    const end = chainEnd(context, at, to);
    if (context.isIdentifier(at) && context.isWord(end, K.as) && context.isIdentifier(end + 1)) {
      build.rename.push({ from: starName(context, at, end), to: context.identifier(end + 1) });
      at = end + 1;
    }
  }
  context.at = inBrackets ? to + 1 : to;
  return true;
}
