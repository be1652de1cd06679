import type { ProblemCode } from '../model/problems.ts';
import type { SqlProblem } from './contract.ts';
import type { DialectRules } from './dialects.ts';
import {
  ANY_PARAMETER,
  CHAR,
  CLASS,
  DOT,
  HASH,
  OPEN_BRACE,
  OPEN_BRACKET,
  PAIRS,
  PARAMETER,
  classes,
  isWideSpace,
  isWordChar,
} from './characters.ts';
import { blockCommentEnd, lineCommentEnd, numberEnd, quotedNameEnd, stringEnd, variableEnd, wordEnd } from './scan.ts';
import { K, hashStep, keywordAt } from './keywords.ts';
import { KIND } from './tokens.ts';
import type { TokenList, Tokens } from './tokens.ts';

/** Cuts one text into tokens. It never throws; what is wrong is in `problems`. Use once. */
export class Lexer {
  readonly problems: SqlProblem[] = [];
  readonly #text: string;
  readonly #rules: DialectRules;
  readonly #tokens: TokenList;
  readonly #open: number[] = [];
  /** The next `{{` at or after the last place that was asked for. */
  #brace = -1;

  constructor(text: string, rules: DialectRules, tokens: TokenList) {
    this.#text = text;
    this.#rules = rules;
    this.#tokens = tokens;
  }

  run(): Tokens {
    const text = this.#text;
    let at = 0;
    while (at < text.length) {
      const char = text.charCodeAt(at);
      const kind = char < 128 ? classes[char] : isWideSpace(char) ? CLASS.space : CLASS.word;
      if (kind === CLASS.space) at++;
      else if (kind === CLASS.word) at = this.#word(at);
      else if (kind === CLASS.digit) at = this.#number(at);
      else if (kind === CLASS.quote) at = this.#quoted(at, char);
      else if (kind === CLASS.open) at = this.#openBracket(at, char);
      else if (kind === CLASS.close) at = this.#closeBracket(at, char);
      else at = this.#rest(at, char);
    }
    for (const open of this.#open) {
      const place = this.#tokens.start[open] ?? 0;
      this.#problem('sql-syntax', `\`${text.charAt(place)}\` is never closed`, place, place + 1);
    }
    return this.#tokens.finish(text);
  }

  #problem(code: ProblemCode, message: string, start: number, end: number, hint: string | null = null): void {
    this.problems.push({ code, severity: 'error', message, hint, span: { start, end } });
  }

  #word(start: number): number {
    const text = this.#text;
    let at = start;
    let hash = 0;
    for (; at < text.length; at++) {
      const char = text.charCodeAt(at);
      if (!isWordChar(char)) break;
      hash = hashStep(hash, char >= 65 && char <= 90 ? char + 32 : char);
    }
    const next = text.charCodeAt(at);
    if (at - start <= 2 && (next === CHAR.quote || next === CHAR.double || next === 38)) {
      const end = this.#prefixedString(start, at, next);
      if (end !== -1) return end;
    }
    return this.#tokens.add(KIND.word, keywordAt(text, start, at, hash), start, at);
  }

  /** `E'…'`, `r"…"`, `U&'…'`; -1 where the word is no prefix here. */
  #prefixedString(start: number, wordEnd: number, next: number): number {
    const withAnd = next === 38;
    const quoteAt = withAnd ? wordEnd + 1 : wordEnd;
    const quote = this.#text.charCodeAt(quoteAt);
    const prefix = this.#text.slice(start, quoteAt).toLowerCase();
    if (!this.#rules.stringPrefixes.includes(prefix)) return -1;
    if (withAnd && quote === CHAR.double) {
      const hint = 'write the name itself in double quotes';
      this.#problem('sql-syntax', 'a name with escapes is not understood', start, quoteAt, hint);
    }
    if (!this.#rules.stringQuotes.includes(String.fromCharCode(quote))) return -1;
    const backslash = prefix === 'e' || (this.#rules.backslash && !prefix.includes('r'));
    return this.#string(start, quoteAt, backslash);
  }

  #number(start: number): number {
    const text = this.#text;
    if (this.#rules.digitNames) {
      const end = wordEnd(text, start);
      if (!NUMBER.test(text.slice(start, end))) return this.#tokens.add(KIND.word, 0, start, end);
    }
    return this.#tokens.add(KIND.number, 0, start, numberEnd(text, start));
  }

  #quoted(start: number, quote: number): number {
    const sign = String.fromCharCode(quote);
    if (this.#rules.stringQuotes.includes(sign)) return this.#string(start, start, this.#rules.backslash);
    if (this.#rules.identifierQuotes.includes(sign)) return this.#identifier(start);
    return this.#stray(start);
  }

  #string(start: number, quoteAt: number, backslash: boolean): number {
    const end = stringEnd(this.#text, { start, quoteAt, backslash }, this.#rules);
    if (end !== -1) return this.#closed(start, end);
    this.#problem('sql-syntax', 'this string is never closed', start, start + 1, 'add the closing quote');
    return this.#tokens.add(KIND.string, 0, start, this.#text.length);
  }

  #closed(start: number, end: number): number {
    this.#refuseParameter(start, end);
    return this.#tokens.add(KIND.string, 0, start, end);
  }

  #identifier(start: number): number {
    const end = quotedNameEnd(this.#text, start);
    if (end !== -1) {
      this.#refuseParameter(start, end);
      return this.#tokens.add(KIND.quoted, 0, start, end);
    }
    this.#problem('sql-syntax', 'this quoted name is never closed', start, start + 1, 'add the closing quote');
    return this.#tokens.add(KIND.quoted, 0, start, this.#text.length);
  }

  /** A parameter becomes a whole literal, so quotes round it would end up inside the value. */
  #refuseParameter(start: number, end: number): void {
    if (this.#brace < start) {
      const next = this.#text.indexOf('{{', start);
      this.#brace = next === -1 ? this.#text.length : next;
    }
    if (this.#brace >= end) return;
    const found = ANY_PARAMETER.exec(this.#text.slice(start, end));
    if (found === null) return;
    const at = start + found.index;
    this.#problem(
      'parameter-quoted',
      `the parameter \`${found[0]}\` stands inside quotes`,
      at,
      at + found[0].length,
      'take the quotes away: a parameter becomes a quoted literal by itself; join texts with ||',
    );
  }

  #openBracket(start: number, char: number): number {
    if (char === OPEN_BRACE && this.#text.charCodeAt(start + 1) === OPEN_BRACE) return this.#parameter(start);
    if (char === OPEN_BRACKET && this.#rules.identifierQuotes.includes('[')) return this.#identifier(start);
    this.#open.push(this.#tokens.count);
    return this.#tokens.add(KIND.open, char, start, start + 1);
  }

  #parameter(start: number): number {
    PARAMETER.lastIndex = start;
    const found = PARAMETER.exec(this.#text);
    if (found !== null) return this.#tokens.add(KIND.parameter, 0, start, start + found[0].length);
    this.#problem('sql-syntax', '`{{` opens no parameter', start, start + 2, 'write {{ name }} or {{ part.name }}');
    return start + 2;
  }

  #closeBracket(start: number, char: number): number {
    const open = this.#open.at(-1);
    const opener = char === 41 ? 40 : char - 2;
    if (open === undefined || this.#tokens.code[open] !== opener) {
      this.#problem('sql-syntax', `\`${String.fromCharCode(char)}\` closes nothing`, start, start + 1);
      return start + 1;
    }
    this.#open.pop();
    const at = this.#tokens.count;
    this.#tokens.add(KIND.close, char, start, start + 1);
    this.#tokens.match[at] = open;
    this.#tokens.match[open] = at;
    return start + 1;
  }

  #rest(start: number, char: number): number {
    const text = this.#text;
    const next = text.charCodeAt(start + 1);
    const rules = this.#rules;
    if (char === CHAR.dash && next === CHAR.dash) return lineCommentEnd(text, start);
    if (char === HASH && rules.hashComments) return lineCommentEnd(text, start);
    if (char === CHAR.slash && next === CHAR.slash && rules.slashComments) return lineCommentEnd(text, start);
    if (char === CHAR.slash && next === CHAR.star)
      return this.#isHint(start) ? this.#hint(start) : this.#blockComment(start);
    if (char === DOT && next < 128 && classes[next] === CLASS.digit) return this.#fraction(start);
    if (char === CHAR.dollar) return this.#dollar(start, next);
    if (char === AT && rules.variables === '@')
      return this.#tokens.add(KIND.symbol, AT, start, variableEnd(text, start));
    if (char < 32 || char === 127) return this.#stray(start);
    if (next < 128 && PAIRS.has(char * 256 + next))
      return this.#tokens.add(KIND.symbol, char * 256 + next, start, start + 2);
    return this.#tokens.add(KIND.symbol, char, start, start + 1);
  }

  /** `.5` is a number, the dot of `t.5` is not. */
  #fraction(start: number): number {
    const last = this.#tokens.count - 1;
    const touches = last >= 0 && this.#tokens.end[last] === start;
    const kind = this.#tokens.kind[last];
    if (touches && (kind === KIND.word || kind === KIND.quoted || kind === KIND.close)) {
      return this.#tokens.add(KIND.symbol, DOT, start, start + 1);
    }
    return this.#number(start);
  }

  #stray(start: number): number {
    const code = this.#text.charCodeAt(start).toString(16).padStart(4, '0').toUpperCase();
    this.#problem('sql-syntax', `the character U+${code} has no meaning here`, start, start + 1, 'delete it');
    return start + 1;
  }

  #isHint(start: number): boolean {
    const { code, count } = this.#tokens;
    return this.#rules.hintsCount && this.#text.charCodeAt(start + 2) === PLUS && code[count - 1] === K.select;
  }

  #hint(start: number): number {
    return this.#tokens.add(KIND.hint, 0, start, this.#blockComment(start));
  }

  #blockComment(start: number): number {
    const end = blockCommentEnd(this.#text, start, this.#rules);
    if (end !== -1) return end;
    this.#problem('sql-syntax', 'this comment is never closed', start, start + 2, 'add */');
    return this.#text.length;
  }

  /** `$$…$$`, `$tag$…$tag$`, or `$1` and `$name`. */
  #dollar(start: number, next: number): number {
    const text = this.#text;
    let at = start + 1;
    if (this.#rules.dollarQuotes !== 'none') {
      if (this.#rules.dollarQuotes === 'tagged' && classes[next] !== CLASS.digit) {
        while (at < text.length && text.charCodeAt(at) !== CHAR.dollar && isWordChar(text.charCodeAt(at))) at++;
      }
      if (text.charCodeAt(at) === CHAR.dollar) {
        const tag = text.slice(start, at + 1);
        const close = text.indexOf(tag, at + 1);
        if (close !== -1) return this.#closed(start, close + tag.length);
        this.#problem('sql-syntax', `the string that starts with \`${tag}\` is never closed`, start, at + 1);
        return this.#tokens.add(KIND.string, 0, start, text.length);
      }
    }
    return this.#tokens.add(KIND.symbol, CHAR.dollar, start, wordEnd(text, start + 1));
  }
}

const AT = 64;
const PLUS = 43;
/** What starts with a digit and is a number: with exponents and the suffixes that tell types. */
const NUMBER = /^(?:[0-9]+(?:e[0-9]*)?(?:[lsyfd]|bd)?|0x[0-9a-f]*)$/i;
