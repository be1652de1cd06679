import { createHash, hash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';

const SMALL = 1 << 20;

/** The file as it lay on the disk: what cannot stay the same when its content changes. */
export interface Hashed {
  readonly sha256: string;
  /** Equal before and after reading, else null: the file changed meanwhile. */
  readonly stamp: string | null;
  /** Last change of content or of the file's own record, in milliseconds since 1970. */
  readonly changed: number;
}

/** SHA-256 of a file's bytes; large files are streamed. Throws what the file system throws. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<Hashed> {
  const file = openSync(path, 'r');
  try {
    const before = statOf(file);
    const sha256 = before.size <= SMALL ? hash('sha256', readSmall(file)) : await hashStream(path, file, signal);
    const after = statOf(file);
    return { sha256, stamp: before.stamp === after.stamp ? before.stamp : null, changed: after.changed };
  } finally {
    closeSync(file);
  }
}

/** What tells a file from its earlier self without reading it. */
export interface Stat {
  readonly stamp: string;
  readonly size: number;
  readonly changed: number;
}

export function stampOf(stats: {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}): Stat {
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  const latest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return {
    stamp: [dev, ino, size, mtimeNs, ctimeNs].join(':'),
    size: Number(size),
    changed: Number(latest / 1_000_000n),
  };
}

const statOf = (file: number): Stat => stampOf(fstatSync(file, { bigint: true }));

function readSmall(file: number): Buffer {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(64 * 1024);
    const length = readSync(file, chunk, 0, chunk.length, null);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
  }
}

async function hashStream(path: string, file: number, signal?: AbortSignal): Promise<string> {
  const digest = createHash('sha256');
  const stream: AsyncIterable<Buffer> = createReadStream(path, {
    fd: file,
    autoClose: false,
    start: 0,
    highWaterMark: SMALL,
  });
  for await (const chunk of stream) {
    signal?.throwIfAborted();
    digest.update(chunk);
  }
  return digest.digest('hex');
}
