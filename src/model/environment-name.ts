import { asEnvironmentName, type EnvironmentName } from './ids.ts';
import { printable } from './printable.ts';
import { problem, UserError } from './problems.ts';

/** Words that mean something else where the name of an environment can stand. */
const RESERVED: ReadonlySet<string> = new Set(['none', 'all', 'head', 'bough']);
const MAX_LENGTH = 100;
const HINT = 'use letters, digits, `_`, `-`, `.` and `/`, as in `dev` or `feature/a`';

/**
 * Why `text` cannot name an environment, as the end of a sentence; null where it can. What git allows in the name of a
 * branch and people use there is allowed, nothing that could be read as a path or a flag is.
 */
function fault(text: string): string | null {
  if (text === '') return 'it is empty';
  if (text.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`;
  if (/\p{C}/u.test(text)) return 'it holds a control or invisible character';
  const strange = /[^\p{L}\p{M}\p{N}_\-./]/u.exec(text);
  if (strange !== null) return strange[0] === ' ' ? 'it holds a blank' : `it holds \`${strange[0]}\``;
  if (text.normalize('NFC') !== text) return 'its accents are written as separate characters';
  if (text.startsWith('-')) return 'it starts with `-`';
  if (text.toLowerCase().endsWith('.json')) return 'it ends in `.json`, which means a plan file';
  const bad = text.split('/').find((part) => part === '' || part.startsWith('.') || part.endsWith('.'));
  if (bad === '') return 'it has a `/` at an end or two in a row';
  if (bad !== undefined) return `its part \`${bad}\` starts or ends with \`.\``;
  if (text.includes('..')) return 'it holds `..`';
  return RESERVED.has(text.toLowerCase()) ? 'the word is reserved' : null;
}

/** The text as a name of an environment; throws UserError (`environment-name`) where it cannot be one. */
export function environmentName(text: string): EnvironmentName {
  const why = fault(text);
  if (why === null) return asEnvironmentName(text);
  const shown = printable(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  throw new UserError(problem('environment-name', `\`${shown}\` cannot name an environment: ${why}`, { hint: HINT }));
}
