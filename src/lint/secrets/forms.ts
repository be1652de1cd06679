import type { Found } from './leak.ts';

/** A text of a certain form: where it stands, there is a secret. */
interface Form {
  readonly kind: string;
  /** A cheap sign that it could stand there. */
  readonly sign: string;
  readonly pattern: RegExp;
  /** The files in which alone it means a secret; any, unless said. */
  readonly path?: RegExp;
}

/** Whose every line is a password. */
export const PGPASS = /(?:^|\/)\.?pgpass(?:\.conf)?$/;

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
    // Between the first line and the key: line ends, also written as `\n`, headers, and quotes or signs of a comment.
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|[\s"'`,;#*+>]|--|\/\/|[\w-]+: [^\n]*){0,200}([A-Za-z0-9+/=]{24,})/g,
  },
  { kind: 'PuTTY key', sign: 'Private-Lines', pattern: /Private-Lines: \d+\s+([A-Za-z0-9+/=]{24,})/g },
  { kind: 'age key', sign: 'AGE-PLUGIN-', pattern: /\b(AGE-PLUGIN-[A-Z0-9]{2,20}-1[0-9A-Z]{20,})\b/g },
  {
    kind: 'password in an address',
    sign: '://',
    pattern: /\b[a-zA-Z][a-zA-Z0-9+.-]{1,30}:\/\/[^\s:/@"'`<>?#]{0,100}:([^\s/@"'`<>]{1,200})@(?=[\w.[-])/g,
  },
  {
    kind: 'token in an address',
    sign: '://',
    pattern: /:\/\/(?:[\w-]{1,40}:)?(?=[\w-]*\d)([\w-]{20,200})@(?=[\w.[-])(?![\w.-]*sentry)/g,
  },
  {
    kind: 'authorization',
    sign: 'uthorization',
    pattern: /authorization\\?["']?\s*[:=]\s*\\?["']?(?:bearer|basic|token)\s+(?=\S*\d)([\w.~+/-]{16,}=*)/gi,
  },
  { kind: 'JSON Web Token', sign: 'eyJ', pattern: /\b(eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,})/g },
  {
    kind: 'password',
    sign: 'curl',
    pattern: /\bcurl\b[^\n|;]{0,300}?\s(?:-u|--user)[ \t=]*["']?[^\s:"'$]{1,64}:([^\s"'$][^\s"']*)/g,
  },
  {
    kind: 'password',
    sign: 'm',
    pattern: /\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n|;]{0,300}?\s-p["']?([^\s"'$]{6,})/g,
  },
  {
    kind: 'password',
    sign: 'machine',
    pattern: /\bmachine\s+\S+\s+(?:(?:login|account)\s+\S+\s+)*password\s+(\S+)/g,
  },
  {
    kind: 'password',
    sign: ':',
    pattern: /^(?!#)(?:[^:\n\\]|\\.)+:(?:\d+|\*):[^:\n]+:[^:\n]+:([^\n\r]+)/gm,
    path: PGPASS,
  },
  { kind: 'password', sign: 'ENV', pattern: /^\s*ENV\s+\w*PASSWORD\w*[ \t]+(\S+)/gm, path: /(?:^|\/)Dockerfile[^/]*$/ },
  {
    kind: 'password',
    sign: 'assword',
    pattern: /\b(?:set\w*|put|with\w*|option|add\w*)\(\s*["'][\w.-]*password["']\s*,\s*["']([^"'\n]+)["']/gi,
  },
  { kind: 'registry login', sign: '"auth"', pattern: /"auth"\s*:\s*"([A-Za-z0-9+/]{16,}={0,2})"/g },
  { kind: 'Azure storage key', sign: 'AccountKey=', pattern: /AccountKey=([A-Za-z0-9+/]{80,}={0,2})/g },
  {
    kind: 'Azure shared access signature',
    sign: 'sig=',
    pattern: /[?&]sv=\d{4}-\d\d-\d\d[^\s"'`]{0,500}[?&]sig=([A-Za-z0-9%+/]{40,})/g,
  },
  { kind: 'Stripe key', sign: '_live_', pattern: /\b([sr]k_live_[0-9A-Za-z]{16,})/g },
  { kind: 'Vault token', sign: 'hv', pattern: /\b(hv[sbr]\.[A-Za-z0-9_-]{20,})/g },
  { kind: 'PyPI token', sign: 'pypi-AgEI', pattern: /\b(pypi-AgEI[\w-]{40,})/g },
  { kind: 'dbt Cloud token', sign: 'dbt', pattern: /\b(dbt[cuw]_[A-Za-z0-9]{32,})/g },
];

/** Secrets that are known by their form, wherever they stand. */
export const formsIn = (path: string, text: string): readonly Found[] =>
  FORMS.filter((form) => text.includes(form.sign) && form.path?.test(path) !== false).flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)].map((match): Found => {
      const value = match[1] ?? '';
      return { kind: snowflake(match[0]) ?? kind, value, at: match.index + match[0].lastIndexOf(value) };
    }),
  );

export const snowflake = (around: string): string | null => (/snowflake/i.test(around) ? 'Snowflake password' : null);
