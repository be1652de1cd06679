import type { ModelNode } from '../model/node.ts';
import type { Problem } from '../model/problems.ts';
import type { UntouchedFiles } from './untouched.ts';

/** Files that need not be read. */
export interface Spared {
  /** Left out where every file is to be read. */
  readonly untouched?: UntouchedFiles;
  /** SQL files that are left out, with the models that they define. */
  readonly outside?: ReadonlySet<string>;
}

/** What reading a project's files needs and fills. */
export interface Reading extends Spared {
  readonly root: string;
  readonly parameters: ModelNode['parameters'];
  /** Grows; nothing is thrown before all files were read. */
  readonly problems: Problem[];
}
