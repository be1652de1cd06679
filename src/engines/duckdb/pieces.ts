import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** So much is on disk at once, twice: one piece is written while the one before is read. */
const PIECE = 64 * 1024 * 1024;

/** A line of our own: a first value that begins with a byte order mark would lose it. */
const FIRST_LINE = 'bough\n';

/** A file of whole rows, behind one line that is none. */
export interface Piece {
  readonly path: string;
  /** No row is longer, in bytes. */
  readonly longest: number;
}

/** Writes rows into one file after the other. */
export async function* piecesOf(blocks: AsyncIterable<Uint8Array>, folder: string): AsyncGenerator<Piece> {
  const rest = blocks[Symbol.asyncIterator]();
  try {
    for (let number = 0; ; number += 1) {
      const path = join(folder, `${number}.csv`);
      const longest = await writePiece(path, rest);
      if (longest === 0) return;
      yield { path, longest };
    }
  } finally {
    await rest.return?.();
  }
}

/** The longest block; 0 where there was none left. */
async function writePiece(path: string, blocks: AsyncIterator<Uint8Array>): Promise<number> {
  let next = await blocks.next();
  if (next.done === true) return 0;
  const file = await open(path, 'wx', 0o600);
  try {
    await file.write(FIRST_LINE);
    let longest = 0;
    for (let size = 0; next.done !== true; next = await blocks.next()) {
      await file.writeFile(next.value);
      longest = Math.max(longest, next.value.length);
      size += next.value.length;
      if (size >= PIECE) break;
    }
    return longest;
  } finally {
    await file.close();
  }
}
