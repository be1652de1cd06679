import { randomInt } from 'node:crypto';
import type { Answer, Wire } from '../../postgres/wire.ts';

/**
 * Every process that writes holds one advisory lock for as long as its session lives, and writes its number beside what
 * it holds. The server frees it within milliseconds of the client's end, wherever that ran.
 */
const KIND = 0x62_6f_75_67;
const LARGEST = 2 ** 31 - 1;

/** Whether the session with that lock is gone, as an SQL condition; unknown where `session` is null. */
export const absent = (session: string): string =>
  `(${session} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pg_locks AS l WHERE l.locktype = 'advisory' AND l.granted
    AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
    AND l.classid = ${KIND} AND l.objid::bigint = ${session} AND l.objsubid = 2))::integer`;

/**
 * Takes the lock of this session and returns its number, after a loss of the connection the same as before. null behind a
 * pooler: there a lock would belong to whatever server session comes next, and say nothing about this process.
 */
export async function sessionLock(wire: Wire, before: number | null, limit: number): Promise<number | null> {
  const [pid] = await wire.send('SELECT pg_backend_pid()');
  if (Number(value(pid)) !== wire.process) return null;
  if (before !== null) return again(wire, before, limit);
  for (;;) {
    const number = randomInt(1, LARGEST);
    const [taken] = await wire.send(`SELECT pg_try_advisory_lock(${KIND}, ${number})`);
    if (value(taken) === 't') return number;
  }
}

/** The server may not have noticed yet that the session before is gone; it is ours to end. */
async function again(wire: Wire, number: number, limit: number): Promise<number> {
  await wire.send(`SELECT pg_terminate_backend(l.pid) FROM pg_locks AS l WHERE l.locktype = 'advisory'
    AND l.classid = ${KIND} AND l.objid::bigint = ${number} AND l.objsubid = 2 AND l.granted`);
  await wire.send(`SET lock_timeout = ${limit}; SELECT pg_advisory_lock(${KIND}, ${number}); RESET lock_timeout`);
  return number;
}

const value = (answer: Answer | undefined): string | null => answer?.rows[0]?.[0] ?? null;
