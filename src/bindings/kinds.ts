import type { Wiring } from '../model/environments.ts';
import type { ReferenceName } from '../model/ids.ts';
import type { ReferenceKind } from '../model/references.ts';
import { Scope } from './scope.ts';

/** The kind of every reference and alias; of an alias that leads nowhere there is none. */
export function kindsOf(wiring: Wiring): ReadonlyMap<ReferenceName, ReferenceKind> {
  const scope = new Scope(wiring);
  const kindOf = (name: ReferenceName, above: readonly ReferenceName[]): ReferenceKind | null => {
    const alias = wiring.aliases.get(name);
    if (alias === undefined) return wiring.references.get(name)?.kind ?? null;
    const [of] = scope.candidates(alias.of);
    return of === undefined || above.includes(of) ? null : kindOf(of, [...above, of]);
  };
  const names = [...wiring.references.keys(), ...wiring.aliases.keys()];
  return new Map(
    names.flatMap((name) => {
      const kind = kindOf(name, [name]);
      return kind === null ? [] : [[name, kind] as const];
    }),
  );
}
