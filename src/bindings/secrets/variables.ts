import { problem } from '../../model/problems.ts';
import { Secret } from '../../model/secret.ts';
import type { Variable, Variables } from '../variables.ts';
import { ABSENT, spellings, type SecretProvider } from './provider.ts';

/** Variables of the process and of env files. One that is empty is not set. */
export const variableSecrets = (variables: Variables): SecretProvider => ({
  find: async ({ name, declared }) => {
    if (declared !== null && declared.type !== 'env') return ABSENT;
    for (const spelling of declared === null ? spellings(name) : [declared.variable]) {
      const value = variables(spelling)?.value ?? '';
      if (value !== '') return { type: 'found', secret: new Secret(value), from: `the variable \`${spelling}\`` };
    }
    if (declared === null) return ABSENT;
    const message = `The variable \`${declared.variable}\`, which holds the secret \`${name}\`, is not set.`;
    return { type: 'failed', problem: problem('secret-missing', message, { at: declared.at }) };
  },
});

/** The variable that holds the secret of that name, or names its file; null where there is none. */
export function secretVariable(name: string, variables: Variables): Variable | null {
  const names = spellings(name).flatMap((spelling) => [spelling, `${spelling}_FILE`]);
  return names.map((one) => variables(one)).find((found) => found !== null && found.value !== '') ?? null;
}
