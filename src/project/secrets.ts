import { z } from 'zod';
import type { YamlDocument } from '../files/yaml.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { SecretDeclaration } from '../model/project.ts';
import { parseDuration } from './duration.ts';
import { secretName, text } from './schemas.ts';

const words = z.array(z.string());

/** `secrets` of `bough.yml`: by name, where each comes from. */
export const secretsSchema = z.record(
  secretName,
  z.union([
    z.strictObject({ env: text }),
    z.strictObject({ file: text }),
    z.strictObject({
      exec: z.union([text, words]),
      shell: z.boolean().optional(),
      timeout: z.union([z.string(), z.number()]).optional(),
    }),
  ]),
);

type WrittenSecrets = z.infer<typeof secretsSchema>;
type WrittenCommand = Extract<WrittenSecrets[string], { exec: unknown }>;

const DEFAULT_TIMEOUT = '30s';

export function secretsOf(
  written: WrittenSecrets,
  document: YamlDocument,
  problems: Problem[],
): ReadonlyMap<string, SecretDeclaration> {
  const all = Object.entries(written).map(([name, one]): readonly [string, SecretDeclaration] => {
    const at = document.keyAt(['secrets', name]);
    const complain = (message: string): void => {
      problems.push(problem('yaml-shape', `\`secrets.${name}\` ${message}`, { at }));
    };
    if ('env' in one) return [name, { type: 'env', variable: one.env, at }];
    if ('file' in one) return [name, { type: 'file', path: one.file, at }];
    return [name, { type: 'exec', command: commandOf(one, complain), timeout: timeoutOf(one, complain), at }];
  });
  return new Map(all);
}

function commandOf(
  { exec, shell = false }: WrittenCommand,
  complain: (message: string) => void,
): readonly [string, ...string[]] {
  if (shell) {
    if (typeof exec !== 'string') complain('has `shell: true`, so `exec` must be one text.');
    return ['/bin/sh', '-c', String(exec)];
  }
  const [command = '', ...rest] = typeof exec === 'string' ? wordsOf(exec) : exec;
  if (command.trim() === '') complain('has an `exec` that names no command.');
  if (typeof exec === 'string' && /[|&;<>`]|\$\(/.test(exec.replaceAll(QUOTED, ''))) {
    complain('is run without a shell, which alone knows pipes and redirections: add `shell: true`, or write a list.');
  }
  return [command, ...rest];
}

const QUOTED = /"[^"]*"|'[^']*'/g;

/** `pass show "db/main user"` has three words. */
const wordsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(QUOTED, (quoted) => quoted.slice(1, -1)),
  );

function timeoutOf({ timeout = DEFAULT_TIMEOUT }: WrittenCommand, complain: (message: string) => void): number {
  const milliseconds = parseDuration(String(timeout));
  if (milliseconds !== null && milliseconds > 0) return milliseconds;
  complain('has a `timeout` that is no duration like `10s`.');
  return 0;
}
