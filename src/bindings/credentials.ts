import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reasonOf } from '../files/text-file.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { SetBy } from '../model/references.ts';
import { Secret } from '../model/secret.ts';
import type { Variables } from './variables.ts';

export interface GivenSecret {
  readonly secret: Secret;
  readonly setBy: SetBy;
}

/** The names that a variable may have for what files call `db-reader`: as it is, and `DB_READER`. */
const spellings = (name: string): readonly string[] => [
  ...new Set([name, name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')]),
];

/**
 * Finds what a file only names: in the variable of that name, or in the file that `<NAME>_FILE` says. null, with the
 * problem added, where there is neither.
 */
export function findSecret(
  name: string,
  { root, variables }: { readonly root: string; readonly variables: Variables },
  problems: Problem[],
): GivenSecret | null {
  for (const spelling of spellings(name)) {
    const variable = variables(spelling);
    if (variable !== null && variable.value !== '') {
      return { secret: new Secret(variable.value), setBy: variable.setBy };
    }
    const file = variables(`${spelling}_FILE`);
    if (file === null || file.value === '') continue;
    return fromFile(resolve(root, file.value), file.setBy, problems);
  }
  const wanted = spellings(name).at(-1) ?? name;
  problems.push(
    problem('secret-missing', `Nothing says what the secret \`${name}\` is.`, {
      hint: `Set ${wanted} in the environment or in .env, or ${wanted}_FILE to a file that holds it.`,
    }),
  );
  return null;
}

function fromFile(path: string, setBy: SetBy & { readonly type: 'variable' }, problems: Problem[]): GivenSecret | null {
  try {
    // Editors and `echo` end a file with a line break that is no part of the secret.
    return { secret: new Secret(readFileSync(path, 'utf8').replace(/\r?\n$/, '')), setBy };
  } catch (raw) {
    const at = setBy.at === null ? {} : { at: setBy.at };
    const message = `The file that \`${setBy.name}\` names cannot be read: ${reasonOf(raw)}.`;
    problems.push(problem('secret-missing', message, at));
    return null;
  }
}
