import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { StateConfig } from '../../src/model/project.ts';
import type { Holder, State } from '../../src/state/contract.ts';
import { bundleModule } from '../support/bundle.ts';

export interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

export type Reply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };

/** A state in another process. Calls that are sent together are worked off there without a pause. */
export interface RemoteState extends State {
  readonly holder: Holder;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** SIGKILL, now; resolves when the process is gone. Calls that were not answered never will be. */
  kill(): Promise<void>;
}

export interface Remotes {
  /** Starts a process; it is killed after the tests of the file if it still runs. */
  readonly start: () => Promise<RemoteProcess>;
}

export interface RemoteProcess {
  readonly open: (config: StateConfig, options?: OpenOptions) => Promise<RemoteState>;
}

export interface OpenOptions {
  /** The process gives up being root, if it is. */
  readonly unprivileged?: boolean;
}

/** Call it inside of `describe`. */
export function remotes(): Remotes {
  let bundle = '';
  const running = new Set<() => Promise<void>>();
  beforeAll(async () => {
    bundle = await bundleModule(join(import.meta.dirname, 'worker.ts'));
  });
  afterAll(async () => {
    await Promise.all([...running].map((kill) => kill()));
    rmSync(dirname(bundle), { recursive: true });
  });
  return {
    start: async () => {
      const found = startProcess(bundle);
      running.add(found.kill);
      return { open: found.open };
    },
  };
}

function startProcess(bundle: string) {
  const child = fork(bundle, { serialization: 'advanced', execArgv: [] });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let next = 0;
  child.on('message', (reply: Reply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('error' in reply) call?.reject(new Error(reply.error));
    else call?.resolve(reply.value);
  });
  // a call that a killed process cannot take any more stays unanswered, like one that it did not come to
  child.on('error', () => undefined);
  const call = (method: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      next += 1;
      waiting.set(next, { resolve, reject });
      if (child.connected) child.send({ id: next, method, args }, () => undefined);
    });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  const open = async (config: StateConfig, options: OpenOptions = {}): Promise<RemoteState> => {
    const holder = await call('open', [config, options]);
    const own = { holder, kill, signal: (signal: 'SIGSTOP' | 'SIGCONT') => child.kill(signal) };
    return new Proxy(own, {
      get: (known, name: string) =>
        // a promise must not take this for another promise
        name in known || name === 'then' ? Reflect.get(known, name) : (...args: readonly unknown[]) => call(name, args),
    }) as unknown as RemoteState;
  };
  return { kill, open };
}
