import { bind, type BoundProject } from '../../src/bindings/bind.ts';
import type { Outside } from '../../src/bindings/outside.ts';
import { environmentName } from '../../src/model/environment-name.ts';
import { lint } from '../../src/lint/lint.ts';
import type { Problem } from '../../src/model/problems.ts';
import { load, type Files } from '../project/projects.ts';

/** Takes everything as it is written, and knows nothing else. */
const NOTHING_OUTSIDE: Outside = {
  expand: ({ value, at }) => ({ value, setBy: [{ type: 'file', at }], variable: false }),
  values: new Map(),
  unset: new Set(),
  overridden: new Map(),
  connections: new Map(),
  sourceDefaults: new Map(),
  secretSetBy: () => null,
};

/** A project as one of its environments sees it. */
export const boundIn = (files: Files, environment: string, outside: Outside = NOTHING_OUTSIDE): BoundProject =>
  bind(load(files).project, environmentName(environment), () => outside);

/** All that `check` says of bindings and by its rules. */
export function found(files: Files): readonly Problem[] {
  const { project } = load(files);
  const environments = [...project.config.wiring.environments.keys()].map((name) =>
    bind(project, name, () => NOTHING_OUTSIDE),
  );
  return [
    ...environments.flatMap(({ problems }) => problems),
    ...lint({ project, environments, overridden: new Map(), queries: [], texts: [], leaks: [] }),
  ];
}
