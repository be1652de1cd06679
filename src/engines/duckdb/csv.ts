import type { CsvOptions } from '../../model/node.ts';
import type { Sql } from '../contract.ts';
import type { Connection } from './connection.ts';
import { asError } from '../../model/problems.ts';
import { literal } from './names.ts';

const ENCODINGS: ReadonlyMap<string, string> = new Map([
  ['utf8', 'utf-8'],
  ['utf16', 'utf-16'],
  ['latin1', 'latin-1'],
  ['iso-8859-1', 'latin-1'],
]);

/** Delimiters that a single column's name may be hiding. */
const DELIMITERS = [',', ';', '\t', '|'] as const;

/**
 * Everything that DuckDB's sniffer could otherwise use to explain a broken file away: left alone it skips ragged lines
 * as a preamble, takes `#` for a comment, or forgets quotes that come late in the file, and rows are gone in silence.
 */
const dialect = (csv: CsvOptions): readonly string[] => {
  const quote = literal(csv.quote ?? '"');
  return [
    `header = ${csv.header}`,
    'skip = 0',
    `comment = ''`,
    'strict_mode = true',
    `quote = ${quote}`,
    `escape = ${quote}`,
    ...(csv.delimiter === null ? [] : [`delim = ${literal(csv.delimiter)}`]),
    ...(csv.null === null ? [] : [`nullstr = ${literal(csv.null)}`]),
    ...(csv.encoding === null
      ? []
      : [`encoding = ${literal(ENCODINGS.get(csv.encoding.toLowerCase()) ?? csv.encoding)}`]),
  ];
};

export const csvArguments = (csv: CsvOptions, types: ReadonlyMap<string, string>): readonly string[] => [
  ...dialect(csv),
  ...(types.size === 0 ? [] : [`types = ${structOf(types)}`]),
];

/** `{'name': 'TYPE', …}` as reading functions take it. */
export const structOf = (types: ReadonlyMap<string, string>): Sql =>
  `{${[...types].map(([name, type]) => `${literal(name)}: ${literal(type)}`).join(', ')}}`;

/** The delimiter that a file with one column seems to have: where rows differ in length the sniffer falls back to one. */
export function hiddenDelimiter(csv: CsvOptions, names: readonly string[]): string | null {
  const [only, second] = names;
  if (csv.delimiter !== null || only === undefined || second !== undefined) return null;
  return DELIMITERS.find((delimiter) => only.includes(delimiter)) ?? null;
}

/**
 * Where the sniffer only says that it found no dialect: reads with as many columns as the first line has, so that the
 * error names the line. Returns that error's message, or null where there is none.
 */
export async function findBrokenLine(connection: Connection, path: Sql, csv: CsvOptions): Promise<string | null> {
  const explicit = { ...csv, delimiter: csv.delimiter ?? ',' };
  const attempt = async (header: boolean, width: number): Promise<string | null> => {
    const columns = new Map(Array.from({ length: width }, (_, index) => [`c${index}`, 'VARCHAR'] as const));
    const options = [...dialect({ ...explicit, header }), 'auto_detect = false', `columns = ${structOf(columns)}`];
    try {
      await connection.run(`SELECT count(*) FROM read_csv(${path}, ${options.join(', ')})`);
      return null;
    } catch (error) {
      return asError(error).message;
    }
  };
  const found = /on Line: 1\n[\s\S]*Found: (\d+)/.exec((await attempt(false, 1)) ?? '');
  return attempt(csv.header, found === null ? 1 : Number(found[1]));
}
