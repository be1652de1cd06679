import type { Identifier } from './contract.ts';
import type { Context } from './context.ts';
import { foldName, spelledName } from './dialects.ts';
import { FILE_READERS } from './functions.ts';
import type { RelationSource } from './structure.ts';
import { KIND, symbol } from './tokens.ts';

const COMMA = symbol(',');

/** A table by its dotted name, which is a CTE where one of that name is visible. */
export function mentionTable(context: Context, from: number, end: number): RelationSource {
  return mentionParts(context, tableParts(context, from, end), from, end);
}

function mentionParts(context: Context, parts: readonly Identifier[], from: number, end: number): RelationSource {
  const last = parts.at(-1);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    const cte = findCte(context, foldName(only.text, only.quoted, context.rules));
    if (cte !== null) return { type: 'cte', id: cte };
  }
  context.inputs.push({
    type: 'table',
    parts: context.rules.folds === 'lower' ? parts.map((part) => spelled(part, context)) : parts,
    span: context.span(from, end),
    needsAlias: last === undefined ? null : spelledName(last, context.rules),
    qualifiers: [],
  });
  return { type: 'input', input: context.inputs.length - 1 };
}

/**
 * A table that Databricks and Snowflake take by a text: `IDENTIFIER('analytics.orders')`, `TABLE('analytics.orders')`.
 * null where the brackets, whose content starts at `argument`, hold anything else.
 */
export function mentionText(context: Context, from: number, argument: number): RelationSource | null {
  const { dialect } = context.rules;
  if (dialect !== 'databricks' && dialect !== 'snowflake') return null;
  const name = context.kind(argument + 1) === KIND.close ? literalText(context, argument) : null;
  if (name === null) return null;
  const parts = name.split('.').map((text): Identifier => ({ text, quoted: false }));
  const end = argument + 2;
  context.at = end;
  return mentionParts(context, parts, from, end);
}

/** Projects write names in lower case, so that what is folded to it finds them. */
const spelled = (part: Identifier, context: Context): Identifier => ({
  ...part,
  text: spelledName(part, context.rules),
});

function tableParts(context: Context, from: number, end: number): Identifier[] {
  const parts: Identifier[] = [];
  if (context.rules.dottedQuotes) {
    for (const piece of context.tokens.text.slice(context.start(from), context.end(end - 1)).split('.')) {
      const text = piece.replaceAll('`', '').trim();
      parts.push({ text, quoted: piece.includes('`') });
    }
    return parts;
  }
  for (let at = from; at < end; at += 2) parts.push(context.identifier(at));
  return parts;
}

function findCte(context: Context, name: string): number | null {
  for (let scope = context.scope; scope !== null; scope = scope.parent) {
    const id = scope.names.get(name);
    if (id === undefined) continue;
    context.cteUses[id] = (context.cteUses[id] ?? 0) + 1;
    return id;
  }
  return null;
}

/**
 * A file that is read in place: a string in FROM (`from` is the string itself), or a call of a reading function whose
 * first argument, at `argument`, is a literal. null for any other call.
 */
export function mentionFile(context: Context, from: number, argument: number, end: number): RelationSource | null {
  const bare = from === argument;
  if (!bare && !isReadingCall(context, from, argument)) return null;
  const path = literalText(context, argument);
  if (path === null) return null;
  const span = context.span(from, end);
  const needsAlias = bare ? fileAlias(path) : context.identifier(argument - 2).text;
  context.inputs.push({ type: 'file', path, call: callText(context, from, end), span, needsAlias });
  context.at = end;
  return { type: 'input', input: context.inputs.length - 1 };
}

function isReadingCall(context: Context, from: number, argument: number): boolean {
  if (argument !== from + 2 || !FILE_READERS.has(context.lower(from))) return false;
  return context.isSymbol(argument + 1, COMMA) || context.kind(argument + 1) === KIND.close;
}

function literalText(context: Context, at: number): string | null {
  const kind = context.kind(at);
  const literal = kind === KIND.parameter ? context.parameterLiteral(at) : kind === KIND.string ? context.raw(at) : '';
  return literal.startsWith("'") && literal.length >= 2 ? literal.slice(1, -1).replaceAll("''", "'") : null;
}

/** DuckDB names a file's table after the file, without folder and extension, unless it is a glob. */
function fileAlias(path: string): string {
  if (/[*?[{]/.test(path)) return path;
  const base = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const dot = base.indexOf('.');
  return dot > 0 ? base.slice(0, dot) : base;
}

/** The expression as written, with parameters put in. */
function callText(context: Context, from: number, end: number): string {
  const { text } = context.tokens;
  let result = '';
  let last = context.start(from);
  for (let at = from; at < end; at++) {
    if (context.kind(at) !== KIND.parameter) continue;
    result += text.slice(last, context.start(at)) + context.parameterLiteral(at);
    last = context.end(at);
  }
  return result + text.slice(last, context.end(end - 1));
}
