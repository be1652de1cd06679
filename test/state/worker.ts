import { currentHolder } from '../../src/state/holder.ts';
import { openState } from '../../src/state/index.ts';
import type { State } from '../../src/state/contract.ts';
import type { Call, OpenOptions, Reply } from './remote.ts';
import { asError } from '../../src/model/problems.ts';
import type { StateConfig } from '../../src/model/project.ts';

/** Runs in a process of its own: does what its parent calls, one call after the other. */

let state: State | undefined;
let last: Promise<void> = Promise.resolve();

process.on('message', (call: Call) => {
  last = reply(last, call);
});

async function reply(before: Promise<void>, call: Call): Promise<void> {
  await before;
  process.send?.(await answer(call));
}

async function answer({ id, method, args }: Call): Promise<Reply> {
  try {
    return { id, value: await perform(method, args) };
  } catch (raw) {
    return { id, error: asError(raw).message };
  }
}

/** File permissions mean nothing to root. The library is loaded first, from where nobody else may come. */
async function dropPrivileges(): Promise<void> {
  await import('libsql');
  if (process.getuid?.() === 0) process.setuid?.(65_534);
}

async function perform(method: string, args: readonly unknown[]): Promise<unknown> {
  if (method === 'open') {
    const [config, { unprivileged }] = args as readonly [StateConfig, OpenOptions];
    if (unprivileged === true) await dropPrivileges();
    state = await openState(config, { create: true });
    return currentHolder();
  }
  if (state === undefined) throw new Error('open comes first');
  const methods = state as unknown as Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>;
  return methods[method]?.(...args);
}
