import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { nearestName } from '../model/nearest.ts';
import { asError, problem, UserError } from '../model/problems.ts';
import { SSL_MODES, type PostgresOptions, type SslMode } from '../model/project.ts';

/** What the driver is told about TLS: `false` is a plain connection. */
export type Security = ConnectionOptions | false;

type Environment = Readonly<Record<string, string | undefined>>;

/** As libpq does it, its default files in `~/.postgresql` included. A socket of the same machine needs no TLS. */
export function securityOf(
  options: PostgresOptions,
  host: string,
  environment: Environment,
): readonly [Security, ...Security[]] {
  const mode = options.sslmode ?? modeNamed(environment['PGSSLMODE'] || 'prefer');
  if (mode === 'disable' || host.startsWith('/')) return [false];
  const secure = secured(mode, options, environment);
  if (mode === 'allow') return [false, secure];
  return mode === 'prefer' ? [secure, false] : [secure];
}

function modeNamed(name: string): SslMode {
  const found = SSL_MODES.find((mode) => mode === name);
  if (found !== undefined) return found;
  const near = nearestName(name, SSL_MODES);
  throw new UserError(
    problem('usage', `\`PGSSLMODE\` cannot be \`${name}\`.`, {
      hint: near === null ? `It is one of ${SSL_MODES.join(', ')}.` : `Did you mean \`${near}\`?`,
    }),
  );
}

function secured(mode: SslMode, options: PostgresOptions, environment: Environment): ConnectionOptions {
  const root = options.sslrootcert ?? (environment['PGSSLROOTCERT'] || undefined);
  const authorities = root === 'system' ? undefined : content(root, 'root.crt');
  const cert = content(options.sslcert ?? (environment['PGSSLCERT'] || undefined), 'postgresql.crt');
  const key = content(options.sslkey ?? (environment['PGSSLKEY'] || undefined), 'postgresql.key');
  const verified = mode.startsWith('verify') || (mode === 'require' && authorities !== undefined);
  return {
    rejectUnauthorized: verified,
    // The name is looked at by `verify-full` alone; anybody whom the authority knows may answer otherwise.
    ...(mode === 'verify-full' || root === 'system' ? {} : { checkServerIdentity: () => undefined }),
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

/** A file that was named must be there; one of libpq's default places need not. */
function content(named: string | undefined, usual: string): string | undefined {
  const path = named ?? join(homedir(), '.postgresql', usual);
  if (named === undefined && !existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (raw) {
    throw new UserError(
      problem('file-unreadable', `The certificate or key \`${path}\` cannot be read: ${asError(raw).message}`, {
        hint: 'Check `sslrootcert`, `sslcert` and `sslkey`, or the `PGSSL…` variables.',
      }),
      { cause: raw },
    );
  }
}
