import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { EngineError } from '../../src/engines/contract.ts';
import { problem, UserError } from '../../src/model/problems.ts';
import type { Decorators } from '../../src/workspace/open.ts';

/**
 * What happens at one call. `before` means instead of it; `after`, that its answer is lost; `during`, that it was sent and
 * nobody waits for what becomes of it.
 */
export interface Fault {
  /** Counted from 1, among all calls or among those of one name. */
  readonly call: number;
  readonly of?: string;
  readonly side: 'before' | 'during' | 'after';
  /** `kill` is a real SIGKILL of this process, `stop` a real SIGSTOP that somebody else must end. */
  readonly does: 'kill' | 'throw' | 'stop';
}

/** Methods of the contracts that are no calls to the world. */
const PURE: ReadonlySet<string> = new Set(['fact', 'relation', 'quoteName', 'quoteIdentifier', 'fold']);

const FILE_WRITES = ['mkdirSync', 'writeFileSync', 'linkSync', 'renameSync', 'rmSync', 'unlinkSync'] as const;

type Function = (...values: readonly unknown[]) => unknown;

/** How a call goes wrong in its own way, where an error in its place would not be true to life. */
export interface Troubles {
  /** Has it refused by what it is sent to. */
  readonly fails?: () => unknown;
  /** Cuts the connection that its answer came over; returns what the driver would say then. */
  readonly cuts?: () => Error;
}

/**
 * Stands between the operations and the world: counts and names every call to the engine, its sessions and the state; where
 * it is told to, what is written to the file system and every statement that a driver sends; and lets one fault happen.
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
    target: (target) => this.#around('target', target),
  };

  /** Bough writes few files by itself, all synchronously; the patch is seen by every module of this process. */
  watchFiles(): void {
    for (const name of FILE_WRITES) {
      const original = fs[name] as Function;
      const watched = (...values: readonly unknown[]): unknown =>
        this.immediate(`file.${name}`, () => original(...values));
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
    const result = await this.awaited(name, call);
    return name === 'engine.open' && typeof result === 'object' && result !== null
      ? this.#around('session', result)
      : result;
  }

  /** A call whose answer is waited for. */
  async awaited(name: string, call: () => unknown, troubles: Troubles = {}): Promise<unknown> {
    const number = this.#count(name);
    await this.#stop(name, number, 'before');
    if (this.#strikes(number, 'before', 'throw') && troubles.fails !== undefined) return troubles.fails();
    this.#strike(name, number, 'before', troubles);
    const answer = call();
    this.#strike(name, number, 'during', troubles);
    const result = await answer;
    await this.#stop(name, number, 'after');
    this.#strike(name, number, 'after', troubles);
    return result;
  }

  /** A call that is over when it returns: it cannot say that it stops. */
  immediate(name: string, call: () => unknown, troubles: Troubles = {}): unknown {
    const number = this.#count(name);
    if (this.#strikes(number, 'before', 'throw') && troubles.fails !== undefined) return troubles.fails();
    this.#strike(name, number, 'before', troubles);
    const result = call();
    this.#strike(name, number, 'after', troubles);
    return result;
  }

  /** Its number among all calls; 0 where another name is meant. */
  #count(name: string): number {
    const number = this.calls.push(name);
    const wanted = this.#fault?.of;
    if (wanted === undefined) return number;
    return wanted === name ? this.calls.filter((one) => one === name).length : 0;
  }

  #strikes(number: number, side: Fault['side'], does: Fault['does']): boolean {
    return this.#fault?.call === number && this.#fault.side === side && this.#fault.does === does;
  }

  async #stop(name: string, number: number, side: Fault['side']): Promise<void> {
    if (!this.#strikes(number, side, 'stop')) return;
    await this.#onStop(name);
    process.kill(process.pid, 'SIGSTOP');
  }

  #strike(name: string, number: number, side: Fault['side'], { cuts }: Troubles): void {
    if (this.#strikes(number, side, 'kill')) process.kill(process.pid, 'SIGKILL');
    if (!this.#strikes(number, side, 'throw')) return;
    throw side === 'after' && cuts !== undefined ? cuts() : failure(name, side);
  }
}

/** A statement that fails is the engine's word; an answer that is lost, and any trouble with the state, is the user's. */
function failure(name: string, side: Fault['side']): Error {
  const message = `injected at ${name}`;
  if (name.startsWith('file.')) return Object.assign(new Error(message), { code: 'ENOSPC', syscall: 'write' });
  if (name.startsWith('state.')) return new UserError(problem('state-unavailable', message));
  if (name.startsWith('sqlite')) return Object.assign(new Error(message), { code: 'SQLITE_FULL' });
  return side === 'before' ? new EngineError(message, null) : new UserError(problem('engine-unavailable', message));
}
