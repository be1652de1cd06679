import { EngineError } from '../contract.ts';
import type { FileRead } from '../contract.ts';
import type { Problem } from '../../model/problems.ts';
import { UserError, problem } from '../../model/problems.ts';
import { missingFile, shown } from '../file-problems.ts';

const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/Could not convert string/, 'Mend the value, or declare another type for the column under `columns:`.'],
  [/Expected Number of Columns/, 'Every row needs as many fields as the first; quote values that hold the delimiter.'],
  [/unterminated quote/, 'Close the quote, or name another one under `csv: { quote: … }`.'],
  [/not utf-8 encoded/i, 'Name the encoding: `csv: { encoding: latin-1 }` or `utf-16`.'],
  [/detect the CSV parsing dialect/, 'Say how the file is written: `csv: { delimiter: …, quote: … }`.'],
  [/Maximum line size/, 'Is a quote left open there? If not, deliver such long values as Parquet or JSON.'],
  [/does not support the encoding/, 'Known encodings: utf-8, latin-1, utf-16.'],
];

/** The engine's essay about a CSV file, cut down to what is wrong and where. The line itself may hold private data. */
function csvProblem(read: FileRead, message: string): Problem | null {
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const file = /\n\s*file = ([^\n]+)/.exec(message)?.[1];
  if (line === undefined || file === undefined) return null;
  const wrong = message
    .split('\n')
    .slice(1)
    .filter((text) => text.trim() !== '' && !text.startsWith('Original Line'))
    .find((text) => /Could not|Expected|Value with|Invalid unicode|\berror\b|Maximum line size|too large/i.test(text));
  return described(read, wrong ?? 'the line does not read as CSV', message, shown(read.root, file), Number(line));
}

function described(read: FileRead, wrong: string, message: string, file: string | null, line: number): Problem {
  const hint = HINTS.find(([pattern]) => pattern.test(message))?.[1];
  return problem('source-unreadable', `\`${read.node}\`: ${wrong.trim().replace(/\.$/, '')}`, {
    ...(file === null ? {} : { at: { file, line, column: 1 } }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** An error of reading files, said as what is wrong with them. `path` is the pattern that was read. */
export function readingError(raw: unknown, read: FileRead, path: string): unknown {
  if (!(raw instanceof EngineError)) return raw;
  if (raw.message.includes('No files found that match')) return missingFile(read, path);
  const [first = raw.message] = raw.message.split('\n');
  const found =
    csvProblem(read, raw.message) ??
    described(
      read,
      raw.message.includes('CSV parsing dialect') ? 'the file does not read as CSV' : first,
      raw.message,
      shown(read.root, path),
      1,
    );
  return new UserError(found, { cause: raw });
}
