import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { asError } from '../model/problems.ts';
import type { Holder, Liveness } from './contract.ts';

/** What the system says of a pid: `hidden` is there, but not ours to look at. */
type Process =
  | { readonly type: 'gone' }
  | { readonly type: 'hidden' }
  | { readonly type: 'running'; readonly started: string };

/** This process, as leases and claims name it. */
export function currentHolder(): Holder {
  const self = look(process.pid);
  return {
    user: userName(),
    host: hostname(),
    boot: currentBoot(),
    pid: process.pid,
    started: self.type === 'running' ? self.started : '',
  };
}

/** Tells whether a holder on this host, boot and process namespace still runs. */
export const liveness: Liveness = (holder) => {
  if (holder.boot === '' || holder.host !== hostname() || holder.boot !== currentBoot()) return 'unknown';
  const found = look(holder.pid);
  if (found.type === 'gone') return 'dead';
  if (found.type === 'hidden' || holder.started === '') return 'unknown';
  return found.started === holder.started ? 'alive' : 'dead';
};

/** A container can have no name for the user that it runs as. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? String(process.getuid?.() ?? 'unknown');
  }
}

let boot: string | undefined;

function currentBoot(): string {
  boot ??= readBoot();
  return boot;
}

/** Two containers on one machine share its boot id, but a pid of one means nothing in the other. */
function readBoot(): string {
  try {
    const id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${id} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return output('sysctl', ['-n', 'kern.boottime']);
  }
}

function look(pid: number): Process {
  if (!exists(pid)) return { type: 'gone' };
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (raw) {
    return process.platform === 'linux' ? vanished(pid, raw) : lookWithPs(pid);
  }
}

/** Asked without /proc first: it can be mounted so that other users' processes are not in it. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (raw) {
    return codeOf(raw) !== 'ESRCH';
  }
}

function vanished(pid: number, raw: unknown): Process {
  const code = codeOf(raw);
  if (code !== 'ENOENT' && code !== 'ESRCH' && code !== 'EACCES' && code !== 'EPERM') throw asError(raw);
  return { type: exists(pid) ? 'hidden' : 'gone' };
}

/** Field 2 is the command in parentheses and may hold anything; 3 is the state, 22 the start in ticks since boot. */
function parseStat(stat: string): Process {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const started = fields[19];
  if (state === 'Z' || state === 'X' || started === undefined) return { type: 'gone' };
  return { type: 'running', started };
}

function lookWithPs(pid: number): Process {
  const line = output('ps', ['-o', 'state=,lstart=', '-p', String(pid)]);
  if (line === '') return { type: 'hidden' };
  return line.startsWith('Z') ? { type: 'gone' } : { type: 'running', started: line.replace(/^\S+\s+/, '') };
}

/** '' where the program is missing or fails. */
function output(program: string, args: readonly string[]): string {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env }).trim();
  } catch {
    return '';
  }
}

const codeOf = (raw: unknown): unknown => (raw instanceof Error && 'code' in raw ? raw.code : undefined);
