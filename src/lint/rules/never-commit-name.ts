import type { Rule } from '../rule.ts';
import { leakFinding } from '../secrets/finding.ts';

export const neverCommitName: Rule = {
  id: 'never-commit-name',
  severity: 'error',
  summary: 'No file is tracked by git whose name says that it holds secrets.',
  why: 'Such files hold secrets or will, and nobody looks at them in a review.',
  find: ({ leaks }) => leaks.filter(({ rule }) => rule === 'never-commit-name').map(leakFinding),
};
