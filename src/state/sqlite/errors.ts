import { asError, problem, UserError } from '../../model/problems.ts';
import type { Problem } from '../../model/problems.ts';

/** Busy, or another process is just opening or recovering the file: it is worth trying again. */
export const isBusy = (raw: unknown): boolean => /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(codeOf(raw));

/** What SQLite says, as the user should hear it; anything else is a bug of ours and passes through. */
export function translate(raw: unknown, path: string): Error {
  const error = asError(raw);
  if (error instanceof UserError) return error;
  const found = describe(codeOf(raw), error.message, path);
  return found === null ? error : new UserError(found, { cause: raw });
}

function describe(code: string, message: string, path: string): Problem | null {
  if (isBusyCode(code)) {
    return problem('state-busy', `The state \`${path}\` is kept locked by another process.`, {
      hint: 'Run the command again; if that does not help, look for a program that has the file open.',
    });
  }
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) return damaged(path, message);
  if (code.startsWith('SQLITE_READONLY')) {
    return problem('state-readonly', `The state \`${path}\` cannot be written: ${message}.`, {
      hint: 'Check the permissions of the file and of its folder.',
    });
  }
  if (code.startsWith('SQLITE_CANTOPEN')) return unavailable(path, 'it cannot be opened');
  if (/^SQLITE_(FULL|IOERR|PERM|NOMEM)/.test(code)) return unavailable(path, message);
  return null;
}

export const damaged = (path: string, reason: string): Problem =>
  problem('state-damaged', `The state \`${path}\` is damaged: ${reason}.`, {
    hint: 'Restore the file from a backup; it alone says which builds the environments point at.',
  });

const unavailable = (path: string, reason: string): Problem =>
  problem('state-unavailable', `The state \`${path}\` cannot be used: ${reason}.`, {
    hint: 'Check that its folder is there, that you may read and write it, and that the disk is not full.',
  });

const isBusyCode = (code: string): boolean => isBusy({ code });

/** libsql throws a plain error with the number in its text where a file cannot be opened. */
function codeOf(raw: unknown): string {
  if (typeof raw !== 'object' || raw === null) return '';
  if ('code' in raw && typeof raw.code === 'string' && raw.code !== '') return raw.code;
  if ('message' in raw && typeof raw.message === 'string' && raw.message.startsWith('ConnectionFailed')) {
    return 'SQLITE_CANTOPEN';
  }
  return '';
}
