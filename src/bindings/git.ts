import { execFile } from 'node:child_process';
import { masked } from '../model/masked.ts';
import { asError } from '../model/problems.ts';

/** What a run of git came to. */
export type GitAnswer =
  | { readonly type: 'done'; readonly output: string }
  /** `message` is git's own, without credentials. */
  | { readonly type: 'failed'; readonly exit: number; readonly message: string }
  | { readonly type: 'absent' }
  | { readonly type: 'late' };

export interface GitOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/** Variables by which a git hook points at another repository than the one that is asked for. */
const POINTERS = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_PREFIX', 'GIT_NAMESPACE'];

/** Nobody is there to answer: what needs a password it does not have fails at once. */
function environmentOf(env: GitOptions['env']): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !POINTERS.includes(name));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GCM_INTERACTIVE: 'never',
    GIT_SSH_COMMAND: env['GIT_SSH_COMMAND'] ?? 'ssh -o BatchMode=yes',
  };
}

const MAX_OUTPUT = 256 * 1024 * 1024;

/**
 * Runs git. Every way in which it can end is an answer; only an interruption throws. Where it is late it is asked to stop, so
 * that it stops its own helpers, too.
 */
export function git(args: readonly string[], { cwd, env, timeout, signal }: GitOptions): Promise<GitAnswer> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const options = {
      cwd,
      env: environmentOf(env),
      timeout,
      maxBuffer: MAX_OUTPUT,
      ...(signal === undefined ? {} : { signal }),
    } as const;
    const child = execFile('git', [...args], options, (error, stdout, stderr) => {
      if (signal?.aborted === true) reject(asError(signal.reason));
      else if (error === null) resolve({ type: 'done', output: stdout });
      else if (error.code === 'ENOENT') resolve({ type: 'absent' });
      else if (error.killed === true) resolve({ type: 'late' });
      else {
        const exit = typeof error.code === 'number' ? error.code : 1;
        resolve({ type: 'failed', exit, message: masked(said(stderr, error.message)) });
      }
    });
    child.stdin?.end();
  });
}

/** The line of git's that tells most: its first complaint. */
function said(stderr: string, fallback: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const complaint = lines.find((line) => /^(fatal|error|ssh):/.test(line)) ?? lines[0] ?? fallback;
  return complaint.replace(/^(fatal|error): /, '').trim();
}
