import { refuse, type Problem } from '../../model/problems.ts';
import type { EngineConfig, SecretDeclaration, StateConfig } from '../../model/project.ts';
import type { SecretSource } from '../../model/secret.ts';
import { findSecret } from './find.ts';
import type { SecretProvider } from './provider.ts';

export interface Secrets {
  readonly declared: ReadonlyMap<string, SecretDeclaration>;
  readonly providers: readonly SecretProvider[];
}

/** A place with its password, which is asked for when a connection is made. Without a credential it stays as it is. */
export function authenticated<T extends EngineConfig | StateConfig>(config: T, secrets: Secrets): T {
  if (config.type !== 'postgres' || config.connection.credential === undefined) return config;
  const password = passwordOf(config.connection.credential, secrets);
  return { ...config, connection: { ...config.connection, password } };
}

/** The password that a connection names. Throws UserError where nobody has it. */
export const passwordOf =
  (credential: string, { declared, providers }: Secrets): SecretSource =>
  async () => {
    const problems: Problem[] = [];
    const found = await findSecret(credential, providers, problems, declared.get(credential) ?? null);
    refuse(problems);
    if (found === null) throw new Error('a secret that is not there was not told of');
    return { ...found, from: `the secret \`${credential}\`, from ${found.from}` };
  };
