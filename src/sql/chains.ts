import type { Context } from './context.ts';
import { KIND, symbol } from './tokens.ts';

const DOT = symbol('.');

/** The token after a dotted chain that starts at `at`. */
export function chainEnd(context: Context, at: number, last: number): number {
  let end = at + 1;
  while (end + 1 < last && context.isSymbol(end, DOT) && context.isIdentifier(end + 1)) end += 2;
  return end;
}

export function chainParts(context: Context, from: number, end: number): string[] {
  const parts: string[] = [];
  for (let token = from; token < end; token += 2) {
    if (context.rules.dottedQuotes && context.kind(token) === KIND.quoted)
      parts.push(...context.fold(token).split('.'));
    else parts.push(context.fold(token));
  }
  return parts;
}

/** A name that may start with a schema; two parts and a star, or three. */
export function noteLongName(context: Context, from: number, end: number, parts: readonly string[]): void {
  const tokens: number[] = [];
  for (let token = from; token < end; token += 2) tokens.push(token);
  if (tokens.length === parts.length) context.longNames.push({ block: context.block, parts, tokens });
}
