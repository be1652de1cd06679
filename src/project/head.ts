import { problem, type Problem } from '../model/problems.ts';
import type { TextFile } from '../files/text-file.ts';

/** The YAML of a head: `start` and `end` enclose it, the SQL goes on at `after`. */
export interface Head {
  readonly start: number;
  readonly end: number;
  readonly after: number;
}

const OPENING = /^\s*\/\*\s*bough(?=\s|\*\/)/;
/** What may stand before a head that would be read over silently: blanks, comments. */
const SKIPPED = /\s+|--[^\n]*|\/\*(?!\s*bough\b)(?:(?!\*\/)[^])*\*\//y;
const NEAR_HEAD = /\/\*\s*bough(?=[\s:]|\*\/)/y;

/** Finds the head of a SQL file: its first comment, if that begins with `bough`. */
export function findHead(file: TextFile, problems: Problem[]): Head | 'broken' | null {
  const { text } = file;
  if (!text.includes('/*')) return null;
  const opening = OPENING.exec(text);
  if (opening === null) return misplacedHead(file, problems);
  const begin = text.indexOf('/*');
  const start = opening[0].length;
  const end = text.indexOf('*/', start);
  if (end === -1) {
    const at = file.positionAt(begin);
    problems.push(problem('yaml-syntax', 'The `/* bough` comment is never closed.', { at, hint: 'End it with `*/`.' }));
    return 'broken';
  }
  const nested = text.slice(start, end).indexOf('/*');
  if (nested !== -1) {
    const hint = 'Comments nest in SQL. Write what needs it in a YAML file.';
    const at = file.positionAt(start + nested);
    problems.push(problem('yaml-syntax', 'A `/* bough` comment cannot hold another `/*`.', { at, hint }));
    return 'broken';
  }
  return { start, end, after: end + 2 };
}

function misplacedHead(file: TextFile, problems: Problem[]): 'broken' | null {
  let offset = 0;
  for (SKIPPED.lastIndex = 0; SKIPPED.test(file.text);) offset = SKIPPED.lastIndex;
  NEAR_HEAD.lastIndex = offset;
  if (!NEAR_HEAD.test(file.text)) return null;
  const message = 'A `/* bough` comment must be the first of the file, with a blank or a line break after `bough`.';
  problems.push(problem('yaml-syntax', message, { at: file.positionAt(offset) }));
  return 'broken';
}
