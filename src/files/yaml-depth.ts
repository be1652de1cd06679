import { Lexer } from 'yaml';

const MAX_FLOW = 200;
const MAX_INDENT = 200;

/** A non-blank line's blanks and the indicators that open a block where they stand: each level takes one of them. */
const LEADING = new RegExp(`^(?: |[-?:](?=[ \\n])){${MAX_INDENT},}(?=\\S)`, 'm');

/**
 * Where YAML is nested deeper than its parser may go; null where it is not. The parser recurses, and a regular
 * expression that V8 compiles near the end of the stack ends the whole process: this has to be known before.
 */
export function tooDeepAt(text: string): number | null {
  const indented = LEADING.exec(text)?.index ?? null;
  return indented ?? (brackets(text) > MAX_FLOW ? deepFlowAt(text) : null);
}

function brackets(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) count += 1;
  }
  return count;
}

/** Tokens of the lexer that mark something and are not in the text. */
const MARKS = new Set(['\u0002', '\u0018', '\u001F']);

function deepFlowAt(text: string): number | null {
  let depth = 0;
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    if (MARKS.has(token)) continue;
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth = Math.max(0, depth - 1);
    if (depth > MAX_FLOW) return offset;
    offset += token.length;
  }
  return null;
}
