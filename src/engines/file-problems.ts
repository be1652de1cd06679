import { relative, sep } from 'node:path';
import { UserError, problem } from '../model/problems.ts';
import type { FileRead } from './contract.ts';

/** A path as the user knows it: relative to the project where it lies inside. */
export const shown = (root: string, path: string): string => {
  const inside = relative(root, path);
  return (inside.startsWith('..') ? path : inside).split(sep).join('/');
};

export const missingFile = (read: FileRead, pattern: string): UserError =>
  new UserError(
    problem('source-missing', `\`${read.node}\`: no file matches \`${shown(read.root, pattern)}\``, {
      hint: 'Put the file there, or change the path; paths are relative to the project.',
    }),
  );

export const folderNotFile = (read: FileRead, path: string): UserError =>
  new UserError(
    problem('source-missing', `\`${read.node}\`: \`${shown(read.root, path)}\` is a folder, not a file`, {
      hint: `Name its files with a pattern: \`${shown(read.root, path).replace(/\/$/, '')}/*.csv\`.`,
    }),
  );

export const emptyFile = (read: FileRead, path: string): UserError =>
  new UserError(
    problem('source-unreadable', `\`${read.node}\`: \`${shown(read.root, path)}\` is empty, it has not even a header`, {
      at: { file: shown(read.root, path), line: 1, column: 1 },
      hint: 'For a delivery without rows write the header alone.',
    }),
  );
