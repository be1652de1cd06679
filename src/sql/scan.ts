import type { DialectRules } from './dialects.ts';
import { CHAR, CLASS, DOT, OPEN_BRACKET, classes, isWordChar } from './characters.ts';

// Where what starts at a place of the text ends; -1 where it never does.

const LINE_END = /[\n\r]/g;
const CONTINUED = /[^\S\n\r]*[\n\r]\s*'/y;
const VARIABLE = /@+[\w.]*/y;

export function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && isWordChar(text.charCodeAt(at))) at++;
  return at;
}

const isHex = (text: string, start: number): boolean =>
  text.charCodeAt(start) === 48 && (text.charCodeAt(start + 1) | 32) === 120;

export function numberEnd(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char < 128 && (classes[char] === CLASS.digit || classes[char] === CLASS.word)) {
      const isExponent = (char === 101 || char === 69) && !isHex(text, start);
      const sign = text.charCodeAt(at + 1);
      if (isExponent && (sign === 43 || sign === 45) && classes[text.charCodeAt(at + 2)] === CLASS.digit) at++;
    } else if (char !== DOT || text.charCodeAt(at + 1) === DOT) break;
  }
  return at;
}

/** `@name` and `@@session.time_zone`. */
export function variableEnd(text: string, start: number): number {
  VARIABLE.lastIndex = start;
  VARIABLE.test(text);
  return VARIABLE.lastIndex;
}

/** A string whose quote stands at `quoteAt`, behind its prefix. */
export function stringEnd(
  text: string,
  { start, quoteAt, backslash }: { readonly start: number; readonly quoteAt: number; readonly backslash: boolean },
  rules: DialectRules,
): number {
  const quote = text.charCodeAt(quoteAt);
  const isQuote = (at: number): boolean => text.charCodeAt(at) === quote;
  const triple = rules.tripleQuotes && isQuote(quoteAt + 1) && isQuote(quoteAt + 2);
  for (let at = quoteAt + (triple ? 3 : 1); at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === CHAR.backslash && backslash) at++;
    else if (char === quote) {
      if (triple) {
        if (isQuote(at + 1) && isQuote(at + 2)) return at + 3;
      } else if (isQuote(at + 1)) at++;
      else if (start === quoteAt || !backslash || !goesOn(text, at + 1, rules)) return at + 1;
      else at = CONTINUED.lastIndex - 1;
    }
  }
  return -1;
}

/** `E'…'` and a string on the next line are one, and backslashes escape in both. */
function goesOn(text: string, at: number, { stringPrefixes }: DialectRules): boolean {
  CONTINUED.lastIndex = at;
  return stringPrefixes.includes('e') && CONTINUED.test(text);
}

export function quotedNameEnd(text: string, start: number): number {
  const quote = text.charCodeAt(start);
  const close = quote === OPEN_BRACKET ? 93 : quote;
  for (let at = start + 1; at < text.length; at++) {
    if (text.charCodeAt(at) !== close) continue;
    if (text.charCodeAt(at + 1) !== close) return at + 1;
    at++;
  }
  return -1;
}

export function lineCommentEnd(text: string, start: number): number {
  LINE_END.lastIndex = start;
  return LINE_END.test(text) ? LINE_END.lastIndex : text.length;
}

export function blockCommentEnd(text: string, start: number, { nestedComments }: DialectRules): number {
  let depth = 0;
  for (let at = start; at < text.length - 1; at++) {
    const char = text.charCodeAt(at);
    if (char === CHAR.star && text.charCodeAt(at + 1) === CHAR.slash) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    } else if (char === CHAR.slash && text.charCodeAt(at + 1) === CHAR.star) {
      if (depth === 0 || nestedComments) depth++;
      at++;
    }
  }
  return -1;
}
