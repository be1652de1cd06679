import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { bundleModule } from './bundle.ts';
import type { Look } from './look.ts';
import type { Fault } from './trace.ts';

export type Operation =
  | { readonly type: 'apply'; readonly environment: string; readonly refresh?: boolean; readonly takeBack?: boolean }
  | { readonly type: 'run' | 'promote' | 'delete'; readonly environment: string }
  | { readonly type: 'export'; readonly environment: string }
  | { readonly type: 'rollback'; readonly environment: string; readonly to: number }
  | { readonly type: 'collect'; readonly keep: number };

/** Looking at a project changes nothing in it. */
export interface LookAt {
  readonly lookAt: string;
}

/** Reads again and again, while others are at work, until it is told that it was enough. */
export interface Watch {
  readonly watch: string;
  /** Names of nodes and the views that stand for them, by the environment that reads them. */
  readonly readings: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Enough {
  readonly enough: true;
}

export type Message = Job | LookAt | Watch | Enough;

/** One statement's answer: the rows of each node, as `environments` and `views` of a look have them. */
export interface Sight {
  readonly environment: string;
  readonly past: 'Bough' | 'views';
  readonly rows: Readonly<Record<string, readonly string[]>>;
}

export interface Job {
  readonly directory: string;
  readonly operation: Operation;
  readonly fault?: Fault;
  /** Whether the files that are written and the statements that drivers send count among the calls. */
  readonly deep?: boolean;
  /** Milliseconds to wait for the warehouse. */
  readonly wait?: number;
  /** Milliseconds that this process' clock is ahead, as far as leases go. */
  readonly ahead?: number;
}

export type Reply =
  | { readonly type: 'stopping'; readonly call: string }
  | { readonly type: 'looked'; readonly look: Look }
  | {
      readonly type: 'watched';
      readonly reads: number;
      /** What was seen, each once. */
      readonly sights: readonly Sight[];
      readonly errors: readonly string[];
    }
  | {
      readonly type: 'done';
      readonly exit: number;
      readonly moved: boolean;
      readonly revision: number;
      readonly built: number;
      readonly collected: number;
      /** Whether the plan had anything to do. */
      readonly changes: boolean;
      readonly calls: readonly string[];
    }
  | {
      readonly type: 'failed';
      /** null: not an error that a user can meet, but a bug. */
      readonly exit: number | null;
      readonly codes: readonly string[];
      readonly message: string;
      readonly calls: readonly string[];
    };

export type Outcome = Exclude<Reply, { type: 'stopping' | 'looked' | 'watched' }> | { readonly type: 'killed' };

/** A process that does jobs; several can work on one project at once. */
export class Actor {
  readonly #child: ChildProcess;
  readonly #replies: Reply[] = [];
  #wake: () => void = () => undefined;
  #ended = false;

  constructor(bundle: string) {
    this.#child = fork(bundle, { execArgv: [] });
    this.#child.on('message', (reply: Reply) => {
      this.#replies.push(reply);
      this.#wake();
    });
    this.#child.on('exit', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the process could not be started');
    return this.#child.pid;
  }

  send(message: Message): void {
    this.#child.send(message);
  }

  /** The next thing that the process says; null where it ended. */
  async next(): Promise<Reply | null> {
    while (this.#replies.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#replies.shift() ?? null;
  }

  async do(job: Job): Promise<Outcome> {
    this.send(job);
    return this.outcome();
  }

  /** Sends a job that a fault stops, and waits until the process stands still; false where it was done before that. */
  async stops(job: Job): Promise<boolean> {
    this.send(job);
    const reply = await this.next();
    if (reply?.type !== 'stopping') {
      if (reply !== null) this.#replies.unshift(reply);
      return false;
    }
    while (!execFileSync('ps', ['-o', 'state=', '-p', String(this.pid)], { encoding: 'utf8' }).startsWith('T')) {
      await new Promise(setImmediate);
    }
    return true;
  }

  async outcome(): Promise<Outcome> {
    const reply = await this.next();
    if (reply === null) return { type: 'killed' };
    if (reply.type === 'done' || reply.type === 'failed') return reply;
    throw new Error(`an outcome was expected, not ${reply.type}`);
  }

  async look(directory: string): Promise<Look> {
    this.send({ lookAt: directory });
    const reply = await this.next();
    if (reply?.type === 'looked') return reply.look;
    throw new Error('the process could not look');
  }

  /** Ends a watch; null where the process had ended. */
  async watched(): Promise<Extract<Reply, { type: 'watched' }> | null> {
    this.send({ enough: true });
    const reply = await this.next();
    return reply?.type === 'watched' ? reply : null;
  }

  /** Wakes a process that was stopped. */
  wake(): void {
    this.#child.kill('SIGCONT');
  }

  /** Ends the process, whatever it does. */
  async end(): Promise<void> {
    if (this.#ended) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** Starts processes that run one bundle. */
export async function actors(): Promise<() => Actor> {
  const bundle = await bundleModule(join(import.meta.dirname, 'actor.ts'));
  return () => new Actor(bundle);
}
