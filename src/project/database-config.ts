import { resolve } from 'node:path';
import { z } from 'zod';
import type { YamlDocument } from '../files/yaml.ts';
import { problem, type Problem } from '../model/problems.ts';
import { SSL_MODES, type PostgresOptions, type StateConfig } from '../model/project.ts';
import { Secret } from '../model/secret.ts';
import { secretName, text } from './schemas.ts';

/** Where the state and the warehouse are, as `bough.yml` says it. */

const URL_START = /^postgres(?:ql)?:\/\//;
const isAddress = (path: string): boolean => /^[a-z]\w+:\//i.test(path);
const NO_FILE = 'must be a file; an address of a server begins with `postgres://`';

const lasting = text.refine((path) => path !== ':memory:', 'must be a file: builds have to outlive the command');
export const databasePath = lasting.refine((path) => !isAddress(path), NO_FILE);

export const postgresShape = {
  url: text.optional(),
  host: text.optional(),
  port: z.int().min(1, 'must be at least 1').max(65_535, 'must be at most 65535').optional(),
  database: text.optional(),
  user: text.optional(),
  credential: secretName.optional(),
  sslmode: z.enum(SSL_MODES).optional(),
  sslrootcert: text.optional(),
  sslcert: text.optional(),
  sslkey: text.optional(),
};

export const stateSchema = z.union([
  lasting.refine((place) => URL_START.test(place) || !isAddress(place), NO_FILE),
  z.strictObject({
    type: z.enum(['sqlite', 'postgres']).optional(),
    path: databasePath.optional(),
    ...postgresShape,
    schema: text.max(40, 'must be at most 40 characters').optional(),
  }),
]);
export type WrittenState = z.infer<typeof stateSchema>;

const STATE_SCHEMA = 'bough_state';

/** What goes wrong is added to `problems`, and told at its place. */
export function stateOf(
  written: WrittenState | undefined,
  root: string,
  document: YamlDocument,
  problems: Problem[],
): StateConfig {
  if (written === undefined) return { type: 'sqlite', path: resolve(root, '.bough/state.db') };
  const map = typeof written === 'string' ? (URL_START.test(written) ? { url: written } : { path: written }) : written;
  const { type = map.path === undefined ? 'postgres' : 'sqlite' } = map;
  const allowed = type === 'sqlite' ? ['type', 'path'] : ['type', 'schema', ...Object.keys(postgresShape)];
  refuseForeignKeys('state', type, map, allowed, document, problems);
  if (type === 'sqlite') {
    if (map.path === undefined) {
      problems.push(problem('yaml-shape', '`state.path` is missing.', { at: document.at(['state']) }));
    }
    return { type, path: resolve(root, map.path ?? '') };
  }
  const connection = connectionOptions(map, root, (message, hint) =>
    problems.push(problem('yaml-shape', `\`state\` ${message}`, { at: document.at(['state']), hint })),
  );
  return { type, connection, schema: map.schema ?? STATE_SCHEMA };
}

type WrittenPostgres = { readonly [K in keyof typeof postgresShape]?: z.infer<(typeof postgresShape)[K]> };

/** Keys that stand beside `url` win over what it says. */
export function connectionOptions(
  written: WrittenPostgres,
  root: string,
  complain: (message: string, hint: string) => void,
): PostgresOptions {
  const { url, host, port, database, user, credential, sslmode } = written;
  const file = (path: string | undefined): string | undefined =>
    path === undefined || path === 'system' ? path : resolve(root, path);
  const own = {
    host,
    port,
    database,
    user,
    credential,
    sslmode,
    sslrootcert: file(written.sslrootcert),
    sslcert: file(written.sslcert),
    sslkey: file(written.sslkey),
  };
  return { ...(url === undefined ? {} : fromUrl(url, complain)), ...defined(own) };
}

/** `postgres://user:password@host:port/database?sslmode=require`; a socket's folder goes into `?host=`. */
function fromUrl(text: string, complain: (message: string, hint: string) => void): PostgresOptions {
  const hint = 'Write it like `postgres://user@host:5432/database?sslmode=require`.';
  if (!URL_START.test(text) || !URL.canParse(text) || !isDecodable(text)) {
    complain('is no URL of a PostgreSQL database.', hint);
    return {};
  }
  const url = new URL(text);
  const known = ['host', 'port', 'dbname', 'user', 'password', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'];
  const unknown = [...url.searchParams.keys()].filter((name) => !known.includes(name));
  if (unknown.length > 0)
    complain(`has the unknown parameter \`${unknown[0]}\` in its URL.`, `Known: ${known.join(', ')}.`);
  const parameter = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const part = (encoded: string): string | undefined => (encoded === '' ? undefined : decodeURIComponent(encoded));
  const mode = parameter('sslmode');
  const sslmode = SSL_MODES.find((one) => one === mode);
  if (mode !== undefined && sslmode === undefined) {
    complain(`has the unknown \`sslmode=${mode}\` in its URL.`, `It is one of ${SSL_MODES.join(', ')}.`);
  }
  const password = parameter('password') ?? part(url.password);
  const port = parameter('port') ?? part(url.port);
  return defined({
    host: parameter('host') ?? part(url.hostname.replace(/^\[(.*)\]$/, '$1')),
    port: port === undefined ? undefined : Number(port),
    database: parameter('dbname') ?? part(url.pathname.slice(1)),
    user: parameter('user') ?? part(url.username),
    password: password === undefined ? undefined : new Secret(password),
    sslmode,
    sslrootcert: parameter('sslrootcert'),
    sslcert: parameter('sslcert'),
    sslkey: parameter('sslkey'),
  });
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
}

const defined = (options: PostgresOptions): PostgresOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** Keys of another type of store or engine. */
export function refuseForeignKeys(
  place: 'state' | 'engine',
  type: string,
  written: object,
  allowed: readonly string[],
  document: YamlDocument,
  problems: Problem[],
): void {
  for (const key of Object.keys(written).filter((one) => !allowed.includes(one))) {
    problems.push(
      problem('key-unknown', `\`${place}.${key}\` means nothing where the type is \`${type}\`.`, {
        at: document.keyAt([place, key]),
        hint: `Known there: ${allowed.join(', ')}.`,
      }),
    );
  }
}
