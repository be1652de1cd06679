import type { Finding } from '../rule.ts';
import type { Leak } from './leak.ts';

/** A leak as people are told of it. */
export function leakFinding({ rule, kind, path, line, column, shown, commit }: Leak): Finding {
  const since = commit === null ? '' : `, in the history since ${commit.slice(0, 12)}`;
  const at = { file: path, line, column };
  if (rule === 'never-commit-name') {
    const gone = commit === null ? `git rm --cached '${path}'` : 'rewrite the history, or change what it held';
    return { message: `\`${path}\` is in git${since}: ${kind}.`, at, hint: `${gone}; and name it in .gitignore` };
  }
  const hint =
    commit === null
      ? 'Take it out and change it: whoever reads the repository knows it. If it is none: `bough-ignore secret-in-file REASON`.'
      : 'Change it: whoever reads the repository knows it, though it may be gone from the files.';
  return { message: `This looks like a secret${since}: ${kind}, ${shown}.`, at, hint };
}
