import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asError, problem, type Position, type Problem } from '../model/problems.ts';

/** One of the user's text files: UTF-8, without a byte order mark, lines ended by `\n` alone. */
export class TextFile {
  /** Relative to the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  #lineStarts: readonly number[] | null = null;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  positionAt(offset: number): Position {
    const starts = (this.#lineStarts ??= lineStartsOf(this.text));
    let low = 0;
    for (let high = starts.length - 1; low < high;) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.path, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links run in a circle',
};

/** Why the file system refused, in words. */
export function reasonOf(raw: unknown): string {
  const error = asError(raw);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return REASONS[code] ?? error.message;
}

/** Reads a file of the project; null, with a problem added, where it is not readable text. */
export const readText = (root: string, path: string, problems: Problem[]): TextFile | null =>
  readTextAt(join(root, path), path, problems);

/** The same for a file anywhere: `path` is what it is called. */
export function readTextAt(place: string, path: string, problems: Problem[]): TextFile | null {
  let bytes: Buffer | null = null;
  let text: string;
  try {
    text = readFileSync(place, 'utf8');
    // What is not UTF-8 was replaced by U+FFFD; only then is it worth looking at the bytes.
    if (text.includes('\uFFFD')) bytes = readFileSync(place);
  } catch (raw) {
    problems.push(problem('file-unreadable', `\`${path}\` cannot be read: ${reasonOf(raw)}.`, { at: startOf(path) }));
    return null;
  }
  if (text.startsWith('\uFEFF')) text = text.slice(1);
  // Else a checkout with other line ends would hold other string literals.
  if (text.includes('\r')) text = text.replaceAll('\r\n', '\n');
  const file = new TextFile(path, text);
  const found = text.includes('\0') ? nulProblem(file) : bytes === null ? null : encodingProblem(file, bytes);
  if (found === null) return file;
  problems.push(found);
  return null;
}

export const startOf = (path: string): Position => ({ file: path, line: 1, column: 1 });

const nulProblem = (file: TextFile): Problem =>
  problem('file-unreadable', `\`${file.path}\` holds a NUL character: it is not a text file in UTF-8.`, {
    at: file.positionAt(file.text.indexOf('\0')),
    hint: 'Save it as UTF-8.',
  });

function encodingProblem(file: TextFile, bytes: Buffer): Problem | null {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return null;
  } catch {
    return problem('file-unreadable', `\`${file.path}\` is not valid UTF-8.`, {
      at: file.positionAt(file.text.indexOf('\uFFFD')),
      hint: 'Save it as UTF-8.',
    });
  }
}
