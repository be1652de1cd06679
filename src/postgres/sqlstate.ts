import { problem, type Problem } from '../model/problems.ts';
import { isNotInstalled } from './driver.ts';

/** SQLSTATE of what the server said; '' where it was not the server who spoke. */
export function sqlstate(raw: unknown): string {
  if (typeof raw !== 'object' || raw === null || !('code' in raw) || typeof raw.code !== 'string') return '';
  return 'severity' in raw && /^[0-9A-Z]{5}$/.test(raw.code) ? raw.code : '';
}

/** Who logs in is not known, or the password is wrong, or there is none. */
export const isPasswordRefused = (error: Error): boolean =>
  sqlstate(error).startsWith('28') || /SASL|SCRAM|password/.test(error.message);

/** Another transaction was in the way, through nobody's fault: the whole transaction may be tried again. */
export const isConflict = (raw: unknown): boolean => ['40001', '40P01'].includes(sqlstate(raw));

/** A pooler that lends a session for one statement only: nothing can be done there all at once or not at all. */
const isPooledByStatement = (raw: unknown): boolean =>
  sqlstate(raw) === '08P01' && raw instanceof Error && raw.message.includes('statement pooling');

/** What a pooler cannot do, in words; null where it was something else that went wrong. */
export const poolerProblem = (raw: unknown, place: string): Problem | null =>
  isPooledByStatement(raw)
    ? problem('pooler-unsupported', `\`${place}\` is a pooler that refuses transactions.`, {
        hint: 'Set its `pool_mode` to `transaction` or `session`, or name the server itself.',
      })
    : null;

/** The connection is gone, or the server is going or coming: another connection may do better. */
export function isDisconnected(raw: unknown): boolean {
  const state = sqlstate(raw);
  if (state !== '') return /^08|^57P0[123]$/.test(state) && !isPooledByStatement(raw);
  return raw instanceof Error && !isNotInstalled(raw) && (NETWORK.test(codeOf(raw)) || LOST.test(raw.message));
}

const NETWORK = /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT)/;
const LOST = /^(Connection terminated|Client has encountered a connection error|timeout expired)|Client was closed/i;

const codeOf = (raw: Error): string => ('code' in raw && typeof raw.code === 'string' ? raw.code : '');
