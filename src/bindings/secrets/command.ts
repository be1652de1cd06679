import { execFile } from 'node:child_process';
import { masked } from '../../model/masked.ts';
import { mask } from '../../model/masking.ts';
import { problem } from '../../model/problems.ts';
import type { SecretDeclaration } from '../../model/project.ts';
import { Secret } from '../../model/secret.ts';

import { ABSENT, type Answer, type SecretProvider } from './provider.ts';

type Command = Extract<SecretDeclaration, { readonly type: 'exec' }>;
type Env = Readonly<Record<string, string | undefined>>;

/** Commands that print a secret: password managers, clients of vaults. Each is run once, when its secret is needed. */
export function commandSecrets(root: string, env: Env): SecretProvider {
  const ran = new Map<string, Promise<Answer>>();
  return {
    find: async ({ name, declared }) => {
      if (declared?.type !== 'exec') return ABSENT;
      const answer = ran.get(name) ?? run(name, declared, root, env);
      ran.set(name, answer);
      return answer;
    },
  };
}

const LARGEST = 1 << 20;

function run(name: string, { command, timeout, at }: Command, cwd: string, env: Env): Promise<Answer> {
  const [file, ...args] = command;
  return new Promise((done) => {
    const failed = (why: string): void => {
      const message = `The command of the secret \`${name}\` (\`${file}\`) ${why}.`;
      done({ type: 'failed', problem: problem('secret-missing', message, { at }) });
    };
    const options = { cwd, env, timeout, maxBuffer: LARGEST, killSignal: 'SIGKILL' } as const;
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      const value = stdout.replace(/\r?\n$/, '');
      // Made in any case: what a failed command printed is masked, too.
      const secret = value === '' ? null : new Secret(value);
      if (error === null) {
        if (secret === null) failed('printed nothing');
        else done({ type: 'found', secret, from: `the command \`${file}\`` });
      } else if (error.killed === true) failed(`did not end within ${timeout / 1000} s`);
      else if (error.code === 'ENOENT') failed('is not installed');
      else failed(`ended with ${String(error.code)}${said(stderr)}`);
    });
    // Those who inherited its output could keep it open for ever.
    const late = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, timeout);
    child.on('exit', () => clearTimeout(late));
    child.stdin?.end();
  });
}

/** The first complaint; what looks like a secret is taken out, whether or not it is known. */
function said(stderr: string): string {
  const line = stderr.split('\n').find((one) => one.trim() !== '');
  return line === undefined ? '' : `: ${hidden(masked(mask(line.trim()))).slice(0, 200)}`;
}

const hidden = (line: string): string =>
  line.replaceAll(/((?:passw|secret|token|key|pwd|credential)\w*["']?\s*[:=]\s*)\S+/gi, '$1***');
