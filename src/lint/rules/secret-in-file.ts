import type { Rule } from '../rule.ts';
import { leakFinding } from '../secrets/finding.ts';

export const secretInFile: Rule = {
  id: 'secret-in-file',
  severity: 'error',
  summary: 'No file that git tracks holds a secret.',
  why:
    'Whoever can read the repository, today or in ten years, can read it: in forks, caches and backups, too, and after it ' +
    'was taken out.',
  find: ({ leaks }) => leaks.filter(({ rule }) => rule === 'secret-in-file').map(leakFinding),
};
