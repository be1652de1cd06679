import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Patience } from '../contract.ts';
import { UserError, asError, problem } from '../../model/problems.ts';

/** Who else has the database file open, as shown to the user. */
export type Holder = string;

export const THIS_PROCESS: Holder = 'another part of this process';

const TELL_AFTER = 2000;
const LONGEST_PAUSE = 150;

/** The holder that DuckDB's refusal names; null where the error is about something else. */
export function holderOf(raw: unknown): Holder | null {
  const { message } = asError(raw);
  if (message.includes('different configuration than existing connections')) return THIS_PROCESS;
  if (!message.includes('Could not set lock on file')) return null;
  const [, program, pid] = /held in (.+?) \(PID (\d+)\)/.exec(message) ?? [];
  if (pid === undefined) return 'another process';
  return `${commandOf(pid) ?? basename(program ?? 'process')} (process ${pid})`;
}

function commandOf(pid: string): string | null {
  try {
    const [program, ...rest] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (program === undefined || program === '') return null;
    // Arguments can hold secrets: the script's name says enough.
    const script = rest.find((argument) => !argument.startsWith('-') && argument !== '');
    return [basename(program), ...(script === undefined ? [] : [basename(script)])].join(' ');
  } catch {
    return null;
  }
}

export type Attempt<T> =
  | { readonly type: 'opened'; readonly value: T }
  | { readonly type: 'busy'; readonly holder: Holder };

/** Repeats `attempt` with growing, jittered pauses while another holds the file, as long as patience lasts. */
export async function untilFree<T>(attempt: () => Promise<Attempt<T>>, path: string, patience: Patience): Promise<T> {
  const started = performance.now();
  let told = false;
  for (let pause = 5; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    patience.signal.throwIfAborted();
    const result = await attempt();
    if (result.type === 'opened') return result.value;
    const waited = performance.now() - started;
    if (waited >= patience.wait) throw busy(path, result.holder, patience.wait);
    if (waited >= TELL_AFTER && !told) {
      told = true;
      patience.onWait(result.holder);
    }
    await sleep(Math.min(pause * (0.5 + Math.random()), patience.wait - waited), patience.signal);
  }
}

function busy(path: string, holder: Holder, wait: number): UserError {
  const waited = wait === 0 ? '' : ` (waited ${Math.round(wait / 1000)} s)`;
  return new UserError(
    problem('engine-busy', `The database \`${path}\` is in use by ${holder}${waited}`, {
      hint: 'End that program, or wait longer with `--wait`: DuckDB lets one process at a time open a file.',
    }),
  );
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
