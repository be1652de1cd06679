/** Names of files that hold secrets and nothing else. */
const NEVER: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['env file', /(?:^|\/)\.env(?:\.[^/]+)?$/i],
  ['private key', /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk)$|(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$/i],
  ['folder of secrets', /(?:^|\/)secrets\/[^/]+$/i],
  ['password file', /(?:^|\/)(?:\.pgpass|\.netrc|\.htpasswd)$/i],
];

const FINE = /\.(?:example|sample|template|dist|md|ts|js|mjs|tsx|py|go|java|sql)$|(?:^|\/)(?:\.gitkeep|\.gitignore)$/i;

/** What a file of that name is; null where it may be committed. */
export const neverCommitted = (path: string): string | null =>
  FINE.test(path) ? null : (NEVER.find(([, pattern]) => pattern.test(path))?.[0] ?? null);
