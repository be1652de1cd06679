import { problem, type Problem } from '../../model/problems.ts';
import type { SecretDeclaration } from '../../model/project.ts';
import type { GivenSecret } from '../../model/secret.ts';
import { spellings, type SecretProvider } from './provider.ts';

/** Asks one provider after the other. null, with the problem added, where none has the secret. */
export async function findSecret(
  name: string,
  providers: readonly SecretProvider[],
  problems: Problem[],
  declared: SecretDeclaration | null = null,
): Promise<GivenSecret | null> {
  for (const provider of providers) {
    const answer = await provider.find({ name, declared });
    if (answer.type === 'found') return { secret: answer.secret, from: answer.from };
    if (answer.type === 'absent') continue;
    problems.push(answer.problem);
    return null;
  }
  const wanted = spellings(name).at(-1) ?? name;
  problems.push(
    problem('secret-missing', `Nothing says what the secret \`${name}\` is.`, {
      hint: `Set ${wanted} in the environment or in .env, ${wanted}_FILE to a file that holds it, or declare it under \`secrets:\`.`,
    }),
  );
  return null;
}
