import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { reasonOf } from '../../files/text-file.ts';
import { problem, type Position } from '../../model/problems.ts';
import { Secret } from '../../model/secret.ts';
import type { Variables } from '../variables.ts';
import { ABSENT, spellings, type Answer, type SecretProvider } from './provider.ts';

/** Where containers find their secrets, unless `BOUGH_SECRETS` names another folder. */
const MOUNTED = '/run/secrets';

/** Files of one secret each: one that is declared, one that `<NAME>_FILE` names, or one of that name in a mounted folder. */
export const fileSecrets = (root: string, variables: Variables): SecretProvider => ({
  find: async ({ name, declared }) => {
    if (declared !== null) {
      return declared.type === 'file'
        ? content(resolve(root, declared.path), `\`secrets.${name}\``, declared.at)
        : ABSENT;
    }
    for (const spelling of spellings(name)) {
      const file = variables(`${spelling}_FILE`);
      if (file === null || file.value === '') continue;
      return content(resolve(root, file.value), `\`${spelling}_FILE\``, file.setBy.at);
    }
    const folder = resolve(root, variables('BOUGH_SECRETS')?.value || MOUNTED);
    const mounted = spellings(name).map((spelling) => join(folder, spelling));
    const path = mounted.find((one) => existsSync(one));
    return path === undefined ? ABSENT : content(path, `\`${folder}\``, null);
  },
});

function content(path: string, namedBy: string, at: Position | null): Answer {
  const failed = (why: string): Answer => {
    const message = `The file that ${namedBy} names cannot be read: ${why}.`;
    return { type: 'failed', problem: problem('secret-missing', message, at === null ? {} : { at }) };
  };
  try {
    // Editors and `echo` end a file with a line break that is no part of the secret.
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return text === ''
      ? failed('it is empty')
      : { type: 'found', secret: new Secret(text), from: `the file \`${path}\`` };
  } catch (raw) {
    return failed(reasonOf(raw));
  }
}
