import type { CsvOptions } from '../../model/node.ts';
import { asError, problem, UserError } from '../../model/problems.ts';
import type { FileRead } from '../contract.ts';
import { shown } from '../file-problems.ts';
import { lineOfOpenQuote } from './csv.ts';
import { PostgresError } from './errors.ts';
import type { CsvFile } from './files.ts';

const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^invalid input syntax|out of range/, 'Mend the value, or declare another type for the column under `columns:`.'],
  [/missing data|extra data/, 'Every row needs as many fields as the first; quote values that hold the delimiter.'],
  [/unterminated/, 'Close the quote, or name another one under `csv: { quote: … }`.'],
  [/byte sequence|encod/i, 'Name the encoding: `csv: { encoding: latin-1 }` or `utf-16`.'],
];

/** An error of a COPY, said as what is wrong with the file and where. The row itself may hold private data. */
export async function readingError(raw: unknown, read: FileRead, file: CsvFile, csv: CsvOptions): Promise<unknown> {
  if (raw instanceof UserError) return raw;
  const own = raw instanceof PostgresError ? raw : null;
  // What is not the server's is the file system's, or that of unpacking.
  const message = own?.message ?? asError(raw).message;
  const column = / column (.+?)(?::|$)/.exec(own?.where ?? '')?.[1];
  const open = /unterminated/.test(message);
  const line = open
    ? await lineOfOpenQuote(file.path, csv, file.dialect.quote)
    : Number(/ line (\d+)/.exec(own?.where ?? '')?.[1] ?? 1);
  const hint = HINTS.find(([pattern]) => pattern.test(message))?.[1];
  const wrong = column === undefined ? message : `column \`${column}\`: ${message}`;
  return new UserError(
    problem('source-unreadable', `\`${read.node}\`: ${wrong}`, {
      at: { file: shown(read.root, file.path), line, column: 1 },
      ...(hint === undefined ? {} : { hint }),
    }),
    { cause: raw },
  );
}
