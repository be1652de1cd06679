import { userInfo } from 'node:os';
import type { ClientConfig } from 'pg';
import type { PostgresOptions } from '../model/project.ts';
import { Secret, type SecretSource } from '../model/secret.ts';
import { securityOf } from './tls.ts';

/** Where a connection goes, as the user may see it, and what to try, one after the other. */
export interface Destination {
  /** `postgres://ann@db.example:5432/shop`; never a password. */
  readonly place: string;
  /** Two where the mode leaves it to the server whether there is TLS. */
  readonly attempts: readonly [ClientConfig, ...ClientConfig[]];
  /** Asked at each connection, so that a password can change meanwhile. null: the driver looks into `~/.pgpass`. */
  readonly password: SecretSource | null;
}

const DEFAULT_PORT = 5432;
const DEFAULT_TIMEOUT = 15;

/**
 * Turns plain options into what the driver needs. Options win over `PG*` variables, and these over libpq's defaults. A
 * password that is given nowhere is looked up by the driver in `~/.pgpass` (or `PGPASSFILE`).
 */
export function connectionOf(
  options: PostgresOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Destination {
  const from = (name: string): string | undefined => environment[`PG${name}`] || undefined;
  const host = options.host ?? from('HOST') ?? 'localhost';
  const port = options.port ?? (Number(from('PORT')) || DEFAULT_PORT);
  const user = options.user ?? from('USER') ?? userInfo().username;
  const database = options.database ?? from('DATABASE') ?? user;
  const common: ClientConfig = {
    host,
    port,
    user,
    database,
    application_name: from('APPNAME') ?? 'bough',
    keepAlive: true,
    connectionTimeoutMillis: (Number(from('CONNECT_TIMEOUT')) || DEFAULT_TIMEOUT) * 1000,
  };
  const [first, ...others] = securityOf(options, host, environment);
  return {
    password: passwordOf(options.password, from('PASSWORD')),
    place: `postgres://${user}@${host}:${port}/${database}`,
    attempts: [{ ...common, ssl: first }, ...others.map((ssl) => ({ ...common, ssl }))],
  };
}

function passwordOf(given: PostgresOptions['password'], variable: string | undefined): SecretSource | null {
  if (typeof given === 'function') return given;
  if (given !== undefined) return async () => ({ secret: given, from: 'the one of the URL' });
  const own = variable === undefined ? null : { secret: new Secret(variable), from: 'the variable `PGPASSWORD`' };
  return own === null ? null : async () => own;
}
