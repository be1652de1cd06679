import { resolve } from 'node:path';
import { nearestName } from '../model/nearest.ts';
import { problem, UserError, type Position } from '../model/problems.ts';
import { SSL_MODES, type PostgresOptions } from '../model/project.ts';
import type { Container } from '../model/references.ts';
import type { SecretSource } from '../model/secret.ts';
import { placeOf } from './refused.ts';

const FILES = ['sslrootcert', 'sslcert', 'sslkey'] as const;
const KNOWN = ['sslmode', ...FILES] as const;

interface Where {
  /** Files of certificates are relative to it. */
  readonly root: string;
  /** Where the container is written. */
  readonly at: Position | null;
  readonly password: SecretSource | undefined;
}

/** How to reach the database that a container stands for. Throws UserError where an option means nothing. */
export function optionsOf({ host, port, database, user, options }: Container, where: Where): PostgresOptions {
  const { root, at, password } = where;
  for (const [key, value] of Object.entries(options)) {
    if (!KNOWN.some((known) => known === key) || typeof value !== 'string') throw unknown(key, at);
  }
  const mode = SSL_MODES.find((one) => one === options['sslmode']);
  if (options['sslmode'] !== undefined && mode === undefined) {
    const message = `\`sslmode\` cannot be ${JSON.stringify(options['sslmode'])}.`;
    throw new UserError(
      problem('value-invalid', message, { ...placeOf(at), hint: `It is one of ${SSL_MODES.join(', ')}.` }),
    );
  }
  const files = FILES.map((key) => {
    const path = options[key];
    return [key, typeof path !== 'string' || path === 'system' ? path : resolve(root, path)] as const;
  });
  const own = { host, port, database, user, password, sslmode: mode, ...Object.fromEntries(files) };
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value != null));
}

function unknown(key: string, at: Where['at']): UserError {
  const near = nearestName(key, KNOWN);
  const hint =
    near === null || near === key ? `Known, each with a text: ${KNOWN.join(', ')}.` : `Did you mean \`${near}\`?`;
  return new UserError(
    problem('value-invalid', `\`options.${key}\` means nothing to PostgreSQL.`, { ...placeOf(at), hint }),
  );
}
