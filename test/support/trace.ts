import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { EngineError } from '../../src/engines/contract.ts';
import { problem, UserError } from '../../src/model/problems.ts';
import type { Decorators } from '../../src/workspace.ts';

/** What happens at one call, counted from 1. `before` means instead of it; `after` means that its answer is lost. */
export interface Fault {
  readonly call: number;
  readonly side: 'before' | 'after';
  /** `kill` is a real SIGKILL of this process, `stop` a real SIGSTOP that somebody else must end. */
  readonly does: 'kill' | 'throw' | 'stop';
}

/** Methods of the contracts that are no calls to the world. */
const PURE: ReadonlySet<string> = new Set(['fact', 'relation', 'quoteName', 'quoteIdentifier', 'fold']);

const FILE_WRITES = ['mkdirSync', 'writeFileSync', 'linkSync', 'renameSync', 'rmSync', 'unlinkSync'] as const;

type Function = (...values: readonly unknown[]) => unknown;

/**
 * Stands between the operations and the world: counts and names every call to the engine, its sessions, the state and, of
 * the file system, what writes; and lets one fault happen.
 */
export class Trace {
  readonly calls: string[] = [];
  readonly #fault: Fault | null;
  readonly #onStop: (call: string) => Promise<void>;

  constructor(fault: Fault | null, onStop: (call: string) => Promise<void> = () => Promise.resolve()) {
    this.#fault = fault;
    this.#onStop = onStop;
  }

  readonly decorators: Decorators = {
    engine: (engine) => this.#around('engine', engine),
    state: (state) => this.#around('state', state),
  };

  /** Bough writes few files by itself, all synchronously; the patch is seen by every module of this process. */
  watchFiles(): void {
    for (const name of FILE_WRITES) {
      const original = fs[name] as Function;
      const watched = (...values: readonly unknown[]): unknown => this.#fileCall(name, () => original(...values));
      Object.assign(fs, { [name]: watched });
    }
    syncBuiltinESMExports();
  }

  #around<T extends object>(name: string, target: T): T {
    return new Proxy(target, {
      get: (of, key): unknown => {
        const member: unknown = Reflect.get(of, key, of);
        if (typeof member !== 'function' || typeof key !== 'string' || PURE.has(key)) return member;
        const method = member.bind(of) as Function;
        return (...values: readonly unknown[]) => this.#call(`${name}.${key}`, () => method(...values));
      },
    });
  }

  async #call(name: string, call: () => unknown): Promise<unknown> {
    const number = this.calls.push(name);
    await this.#reach(number, 'before');
    const result = await call();
    await this.#reach(number, 'after');
    return name === 'engine.open' && typeof result === 'object' && result !== null
      ? this.#around('session', result)
      : result;
  }

  async #reach(number: number, side: Fault['side']): Promise<void> {
    const fault = this.#fault;
    if (fault?.call !== number || fault.side !== side) return;
    const name = this.calls[number - 1] ?? '';
    if (fault.does === 'stop') {
      await this.#onStop(name);
      process.kill(process.pid, 'SIGSTOP');
    } else this.#strike(fault, name);
  }

  #fileCall(name: string, call: () => unknown): unknown {
    const number = this.calls.push(`file.${name}`);
    const strikes = (side: Fault['side']): boolean => this.#fault?.call === number && this.#fault.side === side;
    if (this.#fault !== null && strikes('before')) this.#strike(this.#fault, `file.${name}`);
    const result = call();
    if (this.#fault !== null && strikes('after')) this.#strike(this.#fault, `file.${name}`);
    return result;
  }

  #strike({ does, side }: Fault, name: string): void {
    if (does === 'kill') process.kill(process.pid, 'SIGKILL');
    if (does === 'throw') throw failure(name, side);
  }
}

/** A statement that fails is the engine's word; an answer that is lost, and any trouble with the state, is the user's. */
function failure(name: string, side: Fault['side']): Error {
  const message = `injected at ${name}`;
  if (name.startsWith('file.')) return Object.assign(new Error(message), { code: 'ENOSPC', syscall: 'write' });
  if (name.startsWith('state.')) return new UserError(problem('state-unavailable', message));
  return side === 'before' ? new EngineError(message, null) : new UserError(problem('engine-unavailable', message));
}
