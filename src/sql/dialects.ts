import type { Dialect, Identifier } from './contract.ts';

/** What the lexer and the scopes must know about a dialect. */
export interface DialectRules {
  readonly dialect: Dialect;
  /** Characters that open a quoted identifier. `[` closes with `]`. */
  readonly identifierQuotes: string;
  /** Characters that open a string. */
  readonly stringQuotes: string;
  /** A backslash escapes the next character in every plain string. */
  readonly backslash: boolean;
  /** `$$…$$`; `tagged` also allows `$tag$…$tag$`. */
  readonly dollarQuotes: 'none' | 'plain' | 'tagged';
  /** `'''…'''` and `"""…"""`. */
  readonly tripleQuotes: boolean;
  /** Words that may stand right before a string's quote and belong to it; `e` turns backslashes on, `r` off. */
  readonly stringPrefixes: readonly string[];
  readonly nestedComments: boolean;
  readonly hashComments: boolean;
  readonly slashComments: boolean;
  /** Letter case of unquoted identifiers is folded to this; `"x"` is exact unless `quotedExact` is false. */
  readonly folds: 'lower' | 'upper';
  readonly quotedExact: boolean;
  /** A name may start with a digit: `2024_sales`. */
  readonly digitNames: boolean;
  /** Characters that open the name of a variable of the session. */
  readonly variables: string;
  /** A column that is passed on is spelled as the query writes it, and not as its table does. */
  readonly namesAsWritten: boolean;
  /** Keys of maps and of JSON are written like fields, and letter case tells them apart. */
  readonly exactFields: boolean;
  /** A comment behind SELECT that starts with + can change what the query gives. */
  readonly hintsCount: boolean;
  /** Calls that name fields after the columns that they are given. */
  readonly namingCalls: readonly string[];
  /** One quoted identifier may hold a whole dotted path. */
  readonly dottedQuotes: boolean;
  /** A string in FROM names a file. */
  readonly stringTables: boolean;
  /** `FROM orders, orders.items` walks into an array column. */
  readonly pathTables: boolean;
  /** In a star, a column that USING merged stands where its left side has it, and not before all others. */
  readonly mergedInPlace: boolean;
  /** A CTE sees itself without the word RECURSIVE when its body is a union. */
  readonly implicitRecursion: boolean;
}

const POSTGRES: DialectRules = {
  dialect: 'postgres',
  identifierQuotes: '"',
  stringQuotes: "'",
  backslash: false,
  dollarQuotes: 'tagged',
  tripleQuotes: false,
  stringPrefixes: ['e', 'b', 'x', 'n', 'u&'],
  nestedComments: true,
  hashComments: false,
  slashComments: false,
  folds: 'lower',
  quotedExact: true,
  digitNames: false,
  variables: '',
  namesAsWritten: false,
  exactFields: false,
  hintsCount: false,
  namingCalls: [],
  dottedQuotes: false,
  stringTables: false,
  pathTables: false,
  mergedInPlace: false,
  implicitRecursion: false,
};

const DATABRICKS: DialectRules = {
  ...POSTGRES,
  dialect: 'databricks',
  identifierQuotes: '`',
  stringQuotes: '\'"',
  backslash: true,
  dollarQuotes: 'none',
  stringPrefixes: ['r', 'x'],
  quotedExact: false,
  digitNames: true,
  namesAsWritten: true,
  exactFields: true,
  namingCalls: ['struct', 'arrays_zip'],
};

export const RULES: { readonly [name in Dialect]: DialectRules } = {
  postgres: POSTGRES,
  duckdb: {
    ...POSTGRES,
    dialect: 'duckdb',
    stringPrefixes: ['e', 'b', 'x'],
    quotedExact: false,
    stringTables: true,
    mergedInPlace: true,
  },
  snowflake: {
    ...POSTGRES,
    dialect: 'snowflake',
    backslash: true,
    dollarQuotes: 'plain',
    stringPrefixes: ['x'],
    nestedComments: false,
    slashComments: true,
    folds: 'upper',
    variables: '$',
    exactFields: true,
    implicitRecursion: true,
  },
  bigquery: {
    ...DATABRICKS,
    dialect: 'bigquery',
    tripleQuotes: true,
    stringPrefixes: ['r', 'b', 'rb', 'br'],
    variables: '@',
    namingCalls: ['struct'],
    nestedComments: false,
    hashComments: true,
    dottedQuotes: true,
    pathTables: true,
  },
  databricks: DATABRICKS,
  trino: {
    ...POSTGRES,
    dialect: 'trino',
    dollarQuotes: 'none',
    stringPrefixes: ['x', 'u&'],
    nestedComments: false,
    quotedExact: false,
    namesAsWritten: true,
  },
  starrocks: {
    ...DATABRICKS,
    dialect: 'starrocks',
    stringPrefixes: ['x'],
    nestedComments: false,
    hashComments: true,
    variables: '@',
    hintsCount: true,
    namingCalls: [],
  },
};

/** DuckDB and PostgreSQL know the letter case of ASCII only: `Ä` and `ä` are two names. */
export function lowerCase(name: string, { dialect }: DialectRules): string {
  const lower = name.toLowerCase();
  const isAsciiOnly = dialect === 'duckdb' || dialect === 'postgres';
  return isAsciiOnly && NOT_ASCII.test(name) ? name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : lower;
}

const NOT_ASCII = /[^\0-\u007f]/;

/** The form of a name by which it is compared: names are the same where this is equal. */
export function foldName(name: string, quoted: boolean, rules: DialectRules): string {
  if (!rules.quotedExact) return lowerCase(name, rules);
  if (quoted) return cutName(name, rules);
  return rules.folds === 'upper' ? name.toUpperCase() : cutName(lowerCase(name, rules), rules);
}

/** PostgreSQL cuts names at 63 bytes: what differs behind them is one name. */
export function cutName(name: string, { dialect }: DialectRules): string {
  if (dialect !== 'postgres' || name.length <= MAX_BYTES / 3) return name;
  const bytes = Buffer.from(name);
  if (bytes.length <= MAX_BYTES) return name;
  let end = MAX_BYTES;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

const MAX_BYTES = 63;

/** A name as the engine will spell it. */
export const spelledName = (name: Identifier, rules: DialectRules): string =>
  rules.quotedExact ? foldName(name.text, name.quoted, rules) : name.text;

/** As `foldName`, for a name as the engine itself reports it. */
export const foldEngineName = (name: string, rules: DialectRules): string =>
  rules.quotedExact ? name : lowerCase(name, rules);
