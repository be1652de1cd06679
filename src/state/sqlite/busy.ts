import { setTimeout as pause } from 'node:timers/promises';
import { isBusy } from './errors.ts';

const LONGEST_PAUSE = 40;

/**
 * Tries again while the file is locked, for up to `limit` milliseconds. SQLite's own waiting would stop the whole process,
 * heartbeats and Ctrl-C included. The pauses are random, so that many processes do not meet again and again.
 */
export async function whileBusy<T>(limit: number, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  for (let longest = 1; ; longest = Math.min(longest * 2, LONGEST_PAUSE)) {
    try {
      return await work();
    } catch (raw) {
      if (!isBusy(raw) || performance.now() - started >= limit) throw raw;
    }
    await pause(Math.random() * longest);
  }
}
