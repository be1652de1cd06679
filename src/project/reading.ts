import type { ModelNode } from '../model/node.ts';
import type { Problem } from '../model/problems.ts';
import type { UntouchedFiles } from './untouched.ts';

/** What reading a project's files needs and fills. */
export interface Reading {
  readonly root: string;
  readonly parameters: ModelNode['parameters'];
  /** Grows; nothing is thrown before all files were read. */
  readonly problems: Problem[];
  /** Left out where every file is to be read. */
  readonly untouched?: UntouchedFiles;
}
