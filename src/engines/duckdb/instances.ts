import { existsSync, linkSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { asError } from '../../model/problems.ts';
import type { Patience } from '../contract.ts';
import { openingError, translated, unavailable } from './errors.ts';
import type { Attempt } from './file-lock.ts';
import { THIS_PROCESS, holderOf, untilFree } from './file-lock.ts';
import { realPath } from './names.ts';
import type { Resources } from './settings.ts';
import { instanceStatements } from './settings.ts';

export type Mode = 'read' | 'write';

interface Shared {
  readonly instance: DuckDBInstance;
  readonly mode: Mode;
  users: number;
}

/** A database file that this session may use until it releases it. */
export interface Held {
  readonly instance: DuckDBInstance;
  /** Whether the engine itself refuses writes. */
  readonly mode: Mode;
  release(): void;
}

/**
 * Files that this process has open. A process must open a file once only: a second, independent open of it loses
 * committed data and drops the lock that keeps other processes out.
 */
const shared = new Map<string, Promise<Shared>>();

/** Opens a file, shared with whoever has it open in this process. Readers join a writer; a writer waits for readers. */
export async function hold(path: string, mode: Mode, resources: Resources, patience: Patience): Promise<Held> {
  // The folder first: the path without links is known only where it exists.
  if (mode === 'write') makeFolder(path);
  const real = realPath(path);
  return untilFree(() => attempt(real, mode, resources), path, patience);
}

async function attempt(path: string, mode: Mode, resources: Resources): Promise<Attempt<Held>> {
  const present = shared.get(path);
  if (present !== undefined) {
    const one = await present.catch(() => null);
    if (one === null || shared.get(path) !== present) return attempt(path, mode, resources);
    return mode === 'read' || one.mode === 'write'
      ? { type: 'opened', value: held(path, one) }
      : { type: 'busy', holder: THIS_PROCESS };
  }
  const opening = open(path, mode, resources);
  shared.set(path, opening);
  try {
    return { type: 'opened', value: held(path, await opening) };
  } catch (error) {
    shared.delete(path);
    const holder = holderOf(error);
    if (holder !== null) return { type: 'busy', holder };
    throw error;
  }
}

function held(path: string, one: Shared): Held {
  one.users += 1;
  let released = false;
  return {
    instance: one.instance,
    mode: one.mode,
    release: () => {
      if (released) return;
      released = true;
      one.users -= 1;
      if (one.users > 0) return;
      shared.delete(path);
      one.instance.closeSync();
    },
  };
}

async function open(path: string, mode: Mode, resources: Resources): Promise<Shared> {
  if (mode === 'write' && !existsSync(path)) await create(path);
  const instance = await fromCache(path, mode === 'read' ? { access_mode: 'READ_ONLY' } : {});
  try {
    if (mode === 'write') removeDrafts(path);
    await prepare(instance, resources);
  } catch (error) {
    instance.closeSync();
    throw error;
  }
  return { instance, mode, users: 0 };
}

async function fromCache(path: string, options: Record<string, string>): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.fromCache(path, options);
  } catch (raw) {
    throw holderOf(raw) === null ? openingError(raw) : raw;
  }
}

export async function prepare(instance: DuckDBInstance, resources: Resources): Promise<void> {
  const connection = await instance.connect();
  const settings = instanceStatements(resources);
  try {
    await connection.run(settings);
  } catch (raw) {
    throw unavailable(translated(raw, settings).message, raw);
  } finally {
    connection.closeSync();
  }
}

/**
 * Makes the file under another name and links it into place whole: a process killed in between leaves no empty file,
 * which DuckDB would refuse for ever, and of several that come first one wins.
 */
async function create(path: string): Promise<void> {
  const draft = `${path}.${process.pid}.new`;
  (await fromCache(draft, {})).closeSync();
  try {
    linkSync(draft, path);
  } catch {
    // Somebody else was first, or the file system has no links: the file is opened, or made, as it is.
  } finally {
    rmSync(draft, { force: true });
  }
}

const DRAFT = /^\.(\d+)\.new(?:\.wal)?$/;

/** Drafts of processes that were killed before they could remove them. */
function removeDrafts(path: string): void {
  const folder = dirname(path);
  const name = basename(path);
  for (const other of readdirSync(folder)) {
    const pid = other.startsWith(name) ? DRAFT.exec(other.slice(name.length))?.[1] : undefined;
    if (pid !== undefined && isGone(Number(pid))) rmSync(join(folder, other), { force: true });
  }
}

export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (raw) {
    return asError(raw).message.includes('ESRCH');
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (raw) {
    throw unavailable(`the folder of \`${path}\` cannot be made: ${asError(raw).message}`, raw);
  }
}
