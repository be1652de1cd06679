import type { Found } from './leak.ts';
import { isPlaceholder } from './placeholder.ts';

/** What is shorter is no secret that could be told from a word. */
export const SHORTEST = 6;

/** A text of a certain form: where it stands, there is a secret. */
interface Form {
  readonly kind: string;
  /** A cheap sign that it could stand there. */
  readonly sign: string;
  readonly pattern: RegExp;
}

/** The first group is the secret. */
const FORMS: readonly Form[] = [
  { kind: 'age key', sign: 'AGE-SECRET-KEY-1', pattern: /\b(AGE-SECRET-KEY-1[0-9A-Z]{58})\b/g },
  { kind: 'GCP key id', sign: 'private_key_id', pattern: /private_key_id\\?["']?\s*[:=]\s*\\?["']?([0-9a-f]{40})\b/g },
  { kind: 'Google API key', sign: 'AIza', pattern: /\b(AIza[0-9A-Za-z_-]{35})(?![0-9A-Za-z_-])/g },
  { kind: 'AWS access key id', sign: 'A', pattern: /(?<![A-Z0-9])((?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})(?![A-Z0-9])/g },
  {
    kind: 'AWS secret access key',
    sign: 'ccess',
    pattern: /secret_?access_?key\\?["']?\s*[:=]>?\s*\\?["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
  },
  { kind: 'GitHub token', sign: 'gh', pattern: /(?<![A-Za-z0-9])(gh[pousr]_[A-Za-z0-9]{36,255})(?![A-Za-z0-9])/g },
  { kind: 'GitHub token', sign: 'github_pat_', pattern: /\b(github_pat_[A-Za-z0-9_]{22,255})\b/g },
  { kind: 'GitLab token', sign: 'glpat-', pattern: /\b(glpat-[A-Za-z0-9_-]{20,})/g },
  { kind: 'Databricks token', sign: 'dapi', pattern: /\b(dapi[0-9a-f]{32}(?:-\d)?)\b/g },
  {
    kind: 'private key',
    sign: 'PRIVATE KEY',
    pattern: /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|\s|[\w-]+: [^\n]*)*([A-Za-z0-9+/=]{24,})/g,
  },
  {
    kind: 'password in an address',
    sign: '://',
    pattern: /\b[a-zA-Z][a-zA-Z0-9+.-]{1,30}:\/\/[^\s:/@"'`<>?#]{0,100}:([^\s/@"'`<>]{1,200})@(?=[\w.[-])/g,
  },
];

const WORDS =
  /passw(?:or)?d|passwort|passphrase|pwd|pass(?=[_\s"']*[:=])|secret|token|api_?-?key|access_?-?key|auth_?-?key|credential|identified by/gi;
/** What may stand between such a word and a value: the rest of the name, quotes, `:`, `=`, `=>`; or a space and a quote. */
const VALUE =
  /[\w-]{0,24}(?:\\?["'`])?\]?(?:(\s*(?::|=>|:=|=)\s*)|[ \t]+(?=\\?['"]))(?:\\?"((?:[^"\\\n]|\\[^"])*)\\?"|\\?'((?:[^'\n]|'')*)'|([^\s"'`,;&(){}[\]|<>]+))/y;

/** Where values without quotes are values, and not code or prose. */
const SETTINGS = /(?:^|[/.])(?:ya?ml|env(?:\.[\w-]+)?|ini|cfg|conf|cnf|toml|properties|json|tfvars|pgpass|netrc|dsn)$/i;

/** Secrets of the forms that Bough knows by itself. */
export function ownPatterns(path: string, text: string): readonly Found[] {
  const found = [...formsIn(text), ...assignmentsIn(path, text)];
  return found.filter(({ value }) => value.length >= SHORTEST && !isPlaceholder(value));
}

const formsIn = (text: string): readonly Found[] =>
  FORMS.filter(({ sign }) => text.includes(sign)).flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)].map((match): Found => {
      const value = match[1] ?? '';
      return { kind: snowflake(match[0]) ?? kind, value, at: match.index + match[0].lastIndexOf(value) };
    }),
  );

const snowflake = (around: string): string | null => (/snowflake/i.test(around) ? 'Snowflake password' : null);

function assignmentsIn(path: string, text: string): readonly Found[] {
  const settings = SETTINGS.test(path);
  return [...text.matchAll(WORDS)].flatMap(({ index, 0: word }) => {
    VALUE.lastIndex = index + word.length;
    const match = VALUE.exec(text);
    if (match === null) return [];
    const [, separator = '', double, single, bare] = match;
    const value = double ?? single ?? bare ?? '';
    const name = text.slice(Math.max(0, index - 40), index).replace(/^.*[^\w.-]/s, '') + word;
    if (!isPassword(word, value)) return [];
    if (bare !== undefined && !(settings ? isSetting(bare) : isInline(separator, bare))) return [];
    // Tokens have no spaces; passphrases do.
    if (bare === undefined && !/^pass|^pwd/i.test(word) && /\s/.test(value)) return [];
    const kind = snowflake(name) ?? (/passw|pwd|pass|identified/i.test(word) ? 'password' : 'secret');
    return [{ kind, value, at: match.index + match[0].lastIndexOf(value) }];
  });
}

/** Passwords are what people make of them; tokens and keys are long and random. */
const isPassword = (word: string, value: string): boolean =>
  /passw|pwd|^pass|identified/i.test(word)
    ? !/^[\s=:>,)\]}]*$/.test(value)
    : value.length >= 12 &&
      /\d/.test(value) &&
      /[a-z]/i.test(value) &&
      !/^\d{4}-\d\d-\d\d/.test(value) &&
      isRandom(value);

/** Not a path, a version, a name in capitals or in `kebab-case` of words. */
const isRandom = (value: string): boolean =>
  !/^[./~]|^https?:|\.(?:ya?ml|json|txt|pem|key|sql|csv|md)$|^[a-z]+(?:[-_.][a-z]+)*[-_.]?v?\d{0,3}$/i.test(value);

const isSetting = (value: string): boolean =>
  !/^[*&|>%@]|^[./~]|^\d+(?:\.\d+)?[smhd]?$/.test(value) || /^\d{6,}$/.test(value);

/** Within a text of another language: `host=db password=hunter2`, `--password=hunter2`. */
const isInline = (separator: string, value: string): boolean =>
  separator === '=' && /[\d!#$%^*+?~]/.test(value) && !/^[A-Za-z_]\w*\.|^\d+$|^[%@.~/]/.test(value);
