import { isNotInstalled } from './driver.ts';

/** SQLSTATE of what the server said; '' where it was not the server who spoke. */
export function sqlstate(raw: unknown): string {
  if (typeof raw !== 'object' || raw === null || !('code' in raw) || typeof raw.code !== 'string') return '';
  return 'severity' in raw && /^[0-9A-Z]{5}$/.test(raw.code) ? raw.code : '';
}

/** Another transaction was in the way, through nobody's fault: the whole transaction may be tried again. */
export const isConflict = (raw: unknown): boolean => ['40001', '40P01'].includes(sqlstate(raw));

/** The connection is gone, or the server is going or coming: another connection may do better. */
export function isDisconnected(raw: unknown): boolean {
  const state = sqlstate(raw);
  if (state !== '') return /^08|^57P0[123]$/.test(state);
  return raw instanceof Error && !isNotInstalled(raw) && (NETWORK.test(codeOf(raw)) || LOST.test(raw.message));
}

const NETWORK = /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT)/;
const LOST = /^(Connection terminated|Client has encountered a connection error|timeout expired)|Client was closed/i;

const codeOf = (raw: Error): string => ('code' in raw && typeof raw.code === 'string' ? raw.code : '');
