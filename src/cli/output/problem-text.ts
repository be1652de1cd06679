import { ownPatterns } from '../../lint/secrets/patterns.ts';
import { masked } from '../../model/masked.ts';
import { mask } from '../../model/masking.ts';
import { printable } from '../../model/printable.ts';
import type { Position, Problem } from '../../model/problems.ts';
import type { Style } from './style.ts';

/** The text of one of the user's files, or null where it cannot be read. */
export type SourceText = (file: string) => string | null;

const MAX_SHOWN = 100;
const MAX_WIDTH = 160;

/** Problems for people, one after the other; a list too long to read ends in a count. */
export function problemsText(problems: readonly Problem[], source: SourceText, style: Style): string {
  const shown = problems.slice(0, MAX_SHOWN).map((problem) => problemText(problem, source, style));
  const more = problems.length - MAX_SHOWN;
  if (more > 0) shown.push(`… and ${more} more; --json lists all\n`);
  return shown.join('\n');
}

/** `error[code] file:line:column`, what is wrong, the place in the file, what to do. */
export function problemText(problem: Problem, source: SourceText, style: Style): string {
  const tint = problem.severity === 'error' ? style.red : style.yellow;
  const at = problem.at;
  const head = tint(style.bold(`${problem.severity}[${problem.code}]`));
  const lines = [at === undefined ? head : `${head} ${style.bold(place(at))}`, ...indented(problem.message)];
  if (at !== undefined) lines.push(...excerpt(at, source(at.file), style, tint));
  if (problem.hint !== undefined) {
    lines.push(
      ...indented(problem.hint).map((line, index) =>
        index === 0 ? `  ${style.cyan('hint:')} ${line.trimStart()}` : line,
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}

export const place = (at: Position): string => `${printable(at.file)}:${at.line}:${at.column}`;

const indented = (text: string): string[] => text.split('\n').map((line) => `  ${printable(line.trimEnd())}`);

function excerpt(at: Position, text: string | null, style: Style, tint: (text: string) => string): string[] {
  const written = text?.split('\n')[at.line - 1]?.replace(/\r$/, '');
  const line = written === undefined ? undefined : masked(mask(withoutSecrets(at.file, written)));
  if (line === undefined || line.trim() === '' || line.length > MAX_WIDTH) return [];
  const number = String(at.line).padStart(5);
  const before = masked(mask((written ?? '').slice(0, at.column - 1)))
    .replaceAll(/[^\t]/g, ' ')
    .replaceAll('\t', '    ');
  return [
    `${style.dim(`${number} |`)} ${printable(line.replaceAll('\t', '    '))}`,
    `${style.dim(`${' '.repeat(number.length)} |`)} ${before}${tint('^')}`,
  ];
}

/** A line up to what looks like a secret: where one ends is for a file that can be read, and this one may be broken. */
function withoutSecrets(file: string, line: string): string {
  const [first] = ownPatterns(file, line)
    .map(({ at }) => at)
    .sort((one, other) => one - other);
  return first === undefined ? line : `${line.slice(0, first)}***`;
}
