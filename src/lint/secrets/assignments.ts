import { snowflake } from './forms.ts';
import type { Found } from './leak.ts';

const WORDS =
  /passw(?:or)?d|passwort|passphrase|pwd|pass(?=[_\s"']*[:=])|secret|token|api_?-?key|access_?-?key|auth_?-?key|credential|identified (?:with \w+ )?by/gi;
/** What may stand between such a word and a value: the rest of the name, quotes, `:`, `=`, `=>`; or a space and a quote. */
const VALUE =
  /[\w-]{0,24}(?:\\?["'`])?\]?(?:(\s*(?::|=>|:=|=)\s*)|[ \t]+(?=[eEnN]?\\?['"]))(?:[eEnN]?(?=['"]))?(?:\\?"((?:[^"\\\n]|\\[^"])*)\\?"|\\?'((?:[^'\n]|'')*)'|([^\s"'`,;&(){}[\]|<>]+))/y;

/** Other ways in which a value follows its name; the first group of each is the value. */
const ELSEWHERE: readonly RegExp[] = [
  // A block of YAML that is one word.
  /["']?:[ \t]*[|>][+-]?[ \t]*\r?\n[ \t]+(\S+)[ \t]*(?:\r?\n|$)/y,
  // A list of names and values: `name: DB_PASSWORD`, `value: …`.
  /[\w-]{0,24}["']?,?\s{0,80}["']?\bvalue["']?\s*:\s*["']?([^\s"',}]+)/y,
  // An element of XML.
  /[\w-]{0,24}>([^<\s]+)<\//y,
  // Quotes of PostgreSQL that are no quotes.
  /\s*=?\s*\$\w*\$([^$\n]+)\$\w*\$/y,
];

/** Where values without quotes are values, and not code or prose. */
const SETTINGS = /(?:^|[/.])(?:ya?ml|env(?:\.[\w-]+)?|ini|cfg|conf|cnf|toml|properties|json|tfvars|pgpass|netrc|dsn)$/i;
/** Where names in capitals are set to what stands behind them. */
const SHELLS = /\.(?:sh|bash|zsh|fish|bat|cmd|mk)$|(?:^|\/)(?:Dockerfile|Makefile|Procfile)[^/]*$/;
/** Names that say that the value only tells of a secret: `token_type`. */
const ABOUT = /^[_-]?(?:type|name|url|uri|file|path|count|length|expiry|ttl|hint|endpoint)\b/i;

interface Value {
  readonly text: string;
  readonly at: number;
  /** What stands between the name and a value without quotes; null: it has quotes. */
  readonly separator: string | null;
}

/** Values that stand behind a name which says that they are secret. */
export function assignmentsIn(path: string, text: string): readonly Found[] {
  return [...text.matchAll(WORDS)].flatMap(({ index, 0: word }) => {
    const end = index + word.length;
    const name = text.slice(Math.max(0, index - 40), index).replace(/^.*[^\w.-]/s, '') + word;
    // `arn:…:secret:name` is an address.
    if (text[index - 1] === ':') return [];
    const value = valueAt(end, text) ?? elsewhere(word, end, text);
    if (value === null || !isSecret({ word, name, rest: text.slice(end, end + 24), path }, value)) return [];
    const kind = snowflake(name) ?? (isPasswordWord(word) ? 'password' : 'secret');
    return [{ kind, value: value.text, at: value.at }];
  });
}

function valueAt(end: number, text: string): Value | null {
  VALUE.lastIndex = end;
  const match = VALUE.exec(text);
  if (match === null) return null;
  const [whole, separator = '', double, single, bare] = match;
  // What begins so in YAML is a block, and has its own lines.
  if (bare !== undefined && /^>[+-]?$/.test(bare)) return null;
  const value = double ?? single ?? bare ?? '';
  return { text: value, at: end + whole.lastIndexOf(value), separator: bare === undefined ? null : separator };
}

function elsewhere(word: string, end: number, text: string): Value | null {
  if (!isPasswordWord(word)) return null;
  for (const pattern of ELSEWHERE) {
    pattern.lastIndex = end;
    const [whole = '', value] = pattern.exec(text) ?? [];
    if (value !== undefined) return { text: value, at: end + whole.lastIndexOf(value), separator: null };
  }
  return null;
}

interface Named {
  readonly word: string;
  /** The word with what stands before it. */
  readonly name: string;
  /** What stands behind it. */
  readonly rest: string;
  readonly path: string;
}

const isPasswordWord = (word: string): boolean => /passw|pwd|^pass|identified/i.test(word);

/** Passwords are what people make of them; tokens and keys are long and random. */
function isSecret({ word, name, rest, path }: Named, { text, separator }: Value): boolean {
  if (separator !== null && !isBareValue(name, path, separator, text)) return false;
  if (isPasswordWord(word)) return !/^[\s=:>,)\]}]*$/.test(text) && !(/^pwd$/i.test(word) && /^[~.]?\//.test(text));
  // Tokens have no spaces; passphrases do.
  if (ABOUT.test(rest) || /\s/.test(text)) return false;
  return text.length >= 12 && /\d/.test(text) && /[a-z]/i.test(text) && isRandom(text);
}

const NOT_RANDOM: readonly RegExp[] = [
  /^\d{4}-\d\d-\d\d/,
  /^[./~]|^https?:|\.(?:ya?ml|json|txt|pem|key|sql|csv|md|parquet|avro|orc|gz)$/i,
  // A version, a name in capitals or in `kebab-case` of words.
  /^[a-z]+(?:[-_.][a-z]+)*[-_.]?v?\d{0,3}$/i,
  // A path of a vault.
  /^[a-z][a-z0-9_-]*(?:\/[a-z0-9_.-]+){2,}$/,
];

const isRandom = (value: string): boolean => !NOT_RANDOM.some((pattern) => pattern.test(value));

function isBareValue(name: string, path: string, separator: string, value: string): boolean {
  const inShell = SHELLS.test(path) && separator === '=' && /^[A-Z][A-Z0-9_]*$/.test(name);
  return SETTINGS.test(path) || inShell ? isSetting(value) : isInline(separator, value);
}

const isSetting = (value: string): boolean =>
  !/^[*&|>%@]|^[./~]|^\d+(?:\.\d+)?[smhd]?$/.test(value) || /^\d{6,}$/.test(value);

/** Within a text of another language: `host=db password=hunter2`, `--password=hunter2`. */
const isInline = (separator: string, value: string): boolean =>
  separator === '=' && /[\d!#$%^*+?~]/.test(value) && !/^[A-Za-z_]\w*\.|^\d+$|^[=%@.~/]/.test(value);
