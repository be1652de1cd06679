import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { CsvOptions } from '../../model/node.ts';
import { literal } from '../../postgres/literal.ts';
import type { Sql } from '../contract.ts';

/** Delimiters that a header may show by itself. */
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** A character that no text holds stands for "no quotes", which COPY does not know. */
const NO_QUOTE = '\u0001';

/** How a CSV file is written, after its first record was looked at. */
export interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
  /** Fields of the first record. */
  readonly first: readonly string[];
}

/** A file's bytes as the server shall have them: unpacked, without a byte order mark, never UTF-16. */
export async function* bytesOf(path: string, encoding: string | null): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path);
  const stream = path.toLowerCase().endsWith('.gz') ? file.compose(createGunzip()) : file;
  const decoder = encoding === 'utf-16' ? new TextDecoder('utf-16le', { fatal: true }) : null;
  let first = true;
  try {
    for await (const chunk of stream) {
      const bytes: Uint8Array = decoder === null ? chunk : Buffer.from(decoder.decode(chunk, { stream: true }));
      yield first ? withoutMark(bytes) : bytes;
      first = false;
    }
    if (decoder !== null) yield Buffer.from(decoder.decode());
  } finally {
    file.destroy();
  }
}

const withoutMark = (bytes: Uint8Array): Uint8Array =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;

/** Looks at the first record of a file; null where there is none. */
export async function dialectOf(path: string, csv: CsvOptions): Promise<Dialect | null> {
  const quote = csv.quote === '' ? NO_QUOTE : (csv.quote ?? '"');
  let text = '';
  for await (const chunk of bytesOf(path, csv.encoding)) {
    text += Buffer.from(chunk).toString(csv.encoding === 'latin-1' ? 'latin1' : 'utf8');
    if (endOfRecord(text, quote) !== null) break;
  }
  if (text === '') return null;
  const record = text.slice(0, endOfRecord(text, quote) ?? text.length);
  const delimiter = csv.delimiter ?? mostFrequent(record, quote);
  return { delimiter, quote, first: fieldsOf(record, delimiter, quote) };
}

/** Where the first record ends: a line break outside of quotes; null where it goes on. */
function endOfRecord(text: string, quote: string): number | null {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === quote) quoted = !quoted;
    else if (!quoted && (text[at] === '\n' || text[at] === '\r')) return at;
  }
  return null;
}

function mostFrequent(record: string, quote: string): string {
  const bare = outsideQuotes(record, quote);
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

const outsideQuotes = (record: string, quote: string): string =>
  record
    .split(quote)
    .filter((_, index) => index % 2 === 0)
    .join('');

function fieldsOf(record: string, delimiter: string, quote: string): readonly string[] {
  const fields = [''];
  let quoted = false;
  for (let at = 0; at < record.length; at += 1) {
    const sign = record[at] ?? '';
    if (sign === quote && quoted && record[at + 1] === quote) {
      fields.push(`${fields.pop() ?? ''}${quote}`);
      at += 1;
    } else if (sign === quote) quoted = !quoted;
    else if (sign === delimiter && !quoted) fields.push('');
    else fields.push(`${fields.pop() ?? ''}${sign}`);
  }
  return fields;
}

const ENCODINGS: ReadonlyMap<string, string> = new Map([
  ['latin-1', 'LATIN1'],
  ['latin1', 'LATIN1'],
  ['iso-8859-1', 'LATIN1'],
]);

/** What stands in parentheses after COPY. */
export function copyOptions(csv: CsvOptions, { delimiter, quote }: Dialect): Sql {
  return [
    'FORMAT csv',
    `HEADER ${csv.header}`,
    `DELIMITER ${literal(delimiter)}`,
    `QUOTE ${literal(quote)}`,
    `ESCAPE ${literal(quote)}`,
    `NULL ${literal(csv.null ?? '')}`,
    `ENCODING ${literal(ENCODINGS.get((csv.encoding ?? '').toLowerCase()) ?? 'UTF8')}`,
  ].join(', ');
}

/** Line on which the last record of a file begins: the one whose quote nobody closed. */
export async function lineOfOpenQuote(path: string, csv: CsvOptions, quote: string): Promise<number> {
  let line = 1;
  let opened = 1;
  let quoted = false;
  for await (const chunk of bytesOf(path, csv.encoding)) {
    for (const sign of Buffer.from(chunk).toString('latin1')) {
      if (sign === quote) {
        quoted = !quoted;
        if (quoted) opened = line;
      } else if (sign === '\n') line += 1;
    }
  }
  return opened;
}
