import { structuredPatch } from 'diff';
import { printable } from '../../model/printable.ts';
import type { Style } from './style.ts';

/** Beyond this many changed lines a text counts as rewritten; looking further for a short diff takes too long. */
const MAX_EDITS = 1_000;

/** The lines of a unified diff, without file names, at most `limit` of them. */
export function diffLines(before: string, after: string, limit: number, style: Style): readonly string[] {
  const lines = before === '' || after === '' ? wholeText(before, after, style) : hunks(before, after, style);
  if (lines.length <= limit) return lines;
  return [...lines.slice(0, limit - 1), style.dim(`… ${lines.length - limit + 1} more lines`)];
}

function wholeText(before: string, after: string, style: Style): readonly string[] {
  const sign = before === '' ? '+' : '-';
  return (before + after)
    .trimEnd()
    .split('\n')
    .map((line) => painted(sign + line, style));
}

function hunks(before: string, after: string, style: Style): readonly string[] {
  const patch = structuredPatch('', '', ended(before), ended(after), '', '', { context: 3, maxEditLength: MAX_EDITS });
  if (patch === undefined) return [style.dim(`rewritten: ${lineCount(before)} lines before, ${lineCount(after)} now`)];
  return patch.hunks.flatMap((hunk) => [
    style.cyan(`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`),
    ...hunk.lines.filter((line) => !line.startsWith('\\')).map((line) => painted(line, style)),
  ]);
}

function painted(line: string, style: Style): string {
  const text = line.charAt(0) + printable(line.slice(1).replaceAll('\t', '    '));
  if (text.startsWith('+')) return style.green(text);
  return text.startsWith('-') ? style.red(text) : text.trimEnd();
}

/** A missing line break at the end is no difference that matters. */
const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
const lineCount = (text: string): number => text.trimEnd().split('\n').length;
