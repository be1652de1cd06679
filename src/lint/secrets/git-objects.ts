import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A version of a file, by the id of its content. */
export interface Version {
  readonly path: string;
  readonly blob: string;
  readonly commit: string | null;
}

type Env = Readonly<Record<string, string | undefined>>;

export interface Repository {
  readonly cwd: string;
  readonly env: Env;
}

const surroundings = (env: Env): Env => ({ PATH: process.env['PATH'], ...env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' });

/** What git prints, piece by piece. Throws with git's own words where it fails. */
export async function* output(args: readonly string[], { cwd, env }: Repository): AsyncGenerator<Buffer> {
  const child = spawn('git', args, { cwd, env: surroundings(env), stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  // It is awaited below, when all output was read.
  closed.catch(() => undefined);
  let complaint = '';
  child.stderr.on('data', (chunk) => (complaint += String(chunk)));
  yield* child.stdout;
  const [code] = await closed;
  if (code !== 0) throw new Error(`git ${args[0]}: ${complaint.trim().split('\n')[0] ?? `ended with ${String(code)}`}`);
}

/** The same, cut at NUL. */
export async function* records(args: readonly string[], repository: Repository): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of output(args, repository)) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\0');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}

/** Whether git keeps anything here. */
export async function isRepository(repository: Repository): Promise<boolean> {
  try {
    for await (const _ of records(['rev-parse', '--git-dir'], repository)) return true;
  } catch {
    return false;
  }
  return false;
}

const RAW = /^\n?:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) \w+$/;
/** Files and links; a submodule's content is elsewhere. */
const isFile = (mode: string | undefined): boolean => mode === '100644' || mode === '100755';

/** New contents that `git log --raw -z` or `git diff --raw -z` tell of, each with the commit before it. */
export async function* versions(args: readonly string[], repository: Repository): AsyncGenerator<Version> {
  let commit: string | null = null;
  let blob: string | null = null;
  let pathNext = false;
  for await (const record of records(args, repository)) {
    const raw = RAW.exec(record);
    if (pathNext) {
      if (blob !== null) yield { path: record, blob, commit };
      pathNext = false;
    } else if (raw !== null) {
      pathNext = true;
      blob = isFile(raw[1]) ? (raw[2] ?? null) : null;
    } else {
      const told = /([0-9a-f]{40,64})\s*$/.exec(record);
      if (told !== null) commit = told[1] ?? null;
    }
  }
}

/** Contents by their ids, in the order in which they are asked for; those above the limit are passed over as null. */
export async function* contents(
  blobs: AsyncIterable<string>,
  { cwd, env }: Repository,
  limit: number,
): AsyncGenerator<{ readonly blob: string; readonly content: Buffer | null }> {
  const child = spawn('git', ['cat-file', '--batch'], {
    cwd,
    env: surroundings(env),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => child.kill());
  const asking = (async () => {
    for await (const blob of blobs) if (!child.stdin.write(`${blob}\n`)) await once(child.stdin, 'drain');
    child.stdin.end();
  })();
  // It is awaited below; who asks for nothing more waits for no answers.
  asking.catch(() => child.kill());
  const reader = new Reader(child.stdout);
  try {
    for (let head = await reader.line(); head !== null; head = await reader.line()) {
      const [blob = '', type, size] = head.split(' ');
      if (type !== 'blob') continue;
      const content = await reader.take(Number(size), limit);
      await reader.take(1, 1);
      yield { blob, content };
    }
    await asking;
  } finally {
    child.kill();
  }
}

/** Lines and stretches of a stream of bytes. */
class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    return true;
  }

  async line(): Promise<string | null> {
    for (;;) {
      const end = this.#rest.indexOf(10);
      if (end !== -1) {
        const line = this.#rest.subarray(0, end).toString();
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      if (!(await this.#more())) return null;
    }
  }

  /** That many bytes; null, and they are gone, where they are more than the limit. */
  async take(size: number, limit: number): Promise<Buffer | null> {
    const pieces: Buffer[] = [];
    for (let left = size; left > 0;) {
      if (this.#rest.length === 0 && !(await this.#more())) return null;
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      if (size <= limit) pieces.push(piece);
    }
    return size <= limit ? Buffer.concat(pieces) : null;
  }
}
