import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../model/problems.ts';
import { SqliteConnection } from './connection.ts';
import { damaged } from './errors.ts';

/**
 * Whether there is a state file. An empty one is what a process leaves that was killed before its first commit; but
 * SQLite would throw away the write-ahead log beside an empty file, and with it what the log alone holds.
 */
export function fileExists(path: string): boolean {
  // the log first: where it holds anything, the file was written before it
  const log = sizeOf(`${path}-wal`);
  const size = sizeOf(path);
  if (size > 0) return true;
  if (log > 0) throw new UserError(damaged(path, 'the file is empty or gone, but its log is there'));
  return false;
}

/** Opens a file, and makes it where `create` says so. No file is touched before the first statement. */
export async function openFile(path: string, create: boolean): Promise<SqliteConnection> {
  return connect(`${pathToFileURL(path).href}?mode=${create ? 'rwc' : 'rw'}`);
}

export async function openMemory(): Promise<SqliteConnection> {
  return connect(':memory:');
}

async function connect(address: string): Promise<SqliteConnection> {
  const { default: Library } = await import('libsql');
  return new SqliteConnection(new Library(address));
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
