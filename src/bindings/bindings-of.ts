import { ENVIRONMENT_WORDS, type EnvironmentDeclaration, type Wiring } from '../model/environments.ts';
import type { ReferenceName } from '../model/ids.ts';
import type { Problem } from '../model/problems.ts';
import type { Binding } from '../model/references.ts';
import { Binder } from './binder.ts';
import type { Outside } from './outside.ts';
import { Scope } from './scope.ts';

/** What every reference and alias stands for under a declaration; what is wrong is added to the problems. */
export function bindingsOf(
  wiring: Wiring,
  declaration: EnvironmentDeclaration,
  outside: Outside,
  problems: Problem[],
): ReadonlyMap<ReferenceName, Binding> {
  const binder = new Binder(wiring, new Scope(wiring), declaration, outside);
  const bindings = binder.all(ENVIRONMENT_WORDS);
  problems.push(...binder.problems);
  return bindings;
}
