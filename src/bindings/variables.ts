import type { EnvironmentName } from '../model/ids.ts';
import type { Problem } from '../model/problems.ts';
import type { SetBy } from '../model/references.ts';
import { noteVariables } from './secrets/secret-names.ts';
import { readEnvFile, type EnvEntries } from './env-file.ts';

export interface Variable {
  readonly value: string;
  readonly setBy: Extract<SetBy, { readonly type: 'variable' }>;
}

/** The variables that one file sees; null: not set. A function, so that printing what holds it shows no value. */
export type Variables = (name: string) => Variable | null;

export interface Scope {
  /** null: what holds for every environment. */
  readonly environment: EnvironmentName | null;
  /** The part of the project whose own env files count too: `hub` has `hub/.env`. null: none. */
  readonly part: string | null;
}

/**
 * Where variables come from, the strongest first: the environment of the process, then for the part and after it for the
 * whole project `.env.<environment>` and `.env`. Each file is read once.
 */
export function variablesFrom(
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
  problems: Problem[],
): (scope: Scope) => Variables {
  noteVariables(Object.entries(environment));
  const files = new Map<string, EnvEntries>();
  const entries = (path: string): EnvEntries => {
    const known = files.get(path);
    if (known !== undefined) return known;
    const read = readEnvFile(root, path, problems);
    noteVariables([...read].map(([name, { value }]) => [name, value]));
    files.set(path, read);
    return read;
  };
  return (scope) => (name) => {
    const own = environment[name];
    if (own !== undefined) return { value: own, setBy: { type: 'variable', name, at: null } };
    for (const path of envFiles(scope)) {
      const found = entries(path).get(name);
      if (found !== undefined) return { value: found.value, setBy: { type: 'variable', name, at: found.at } };
    }
    return null;
  };
}

const envFiles = ({ environment, part }: Scope): readonly string[] =>
  [...(part === null ? [] : [`${part}/`]), ''].flatMap((folder) => [
    ...(environment === null ? [] : [`${folder}.env.${environment}`]),
    `${folder}.env`,
  ]);
