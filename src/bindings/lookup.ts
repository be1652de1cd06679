import type { EnvironmentName } from '../model/ids.ts';
import type { JsonScalar } from '../model/json.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Across, Bound, Mention } from '../model/references.ts';
import type { Binder } from './binder.ts';
import type { Outside } from './outside.ts';
import type { Scope } from './scope.ts';

/** What a name means in the environment at hand, and in all others. */
export interface Meaning {
  readonly bound: Bound;
  readonly across: Across;
}

/** A meaning; the nearest name, where there is none of that name; null where nothing is to be put in. */
export type Lookup = (mention: Mention) => Meaning | string | null;

/** One environment, ready to be asked. */
export interface Side {
  readonly environment: EnvironmentName;
  readonly binder: Binder;
  readonly outside: Outside;
}

interface Names {
  readonly parameters: { readonly [name: string]: JsonScalar };
  readonly scope: Scope;
  /** The environment at hand first. */
  readonly sides: readonly [Side, ...Side[]];
  readonly problems: Problem[];
}

/** How names in nodes are looked up: a parameter, a reference or a value of an overlay, and never two of them. */
export function lookupIn({ parameters, scope, sides, problems }: Names): Lookup {
  const [own] = sides;
  const meanings = new Map<string, Meaning | null>();
  const across = (of: (side: Side) => Bound | null): Across =>
    Object.fromEntries(
      sides.flatMap((side) => {
        const bound = of(side);
        return bound === null ? [] : [[side.environment, bound] as const];
      }),
    );
  const meaningBy = (of: (side: Side) => Bound | null): Meaning | null => {
    const bound = of(own);
    return bound === null ? null : { bound, across: across(of) };
  };
  const overlaid =
    (name: string) =>
    ({ outside }: Side): Bound | null => {
      const given = outside.values.get(name);
      return given === undefined ? null : { kind: 'value', value: given.value };
    };
  const find = ({ name, as, at }: Mention): Meaning | string | null => {
    const declared = scope.candidates(name).length > 0;
    const inOverlay = own.outside.values.has(name);
    if (declared && inOverlay) {
      const hint = 'Rename the reference, or the part of the configuration.';
      problems.push(
        problem('reference-ambiguous', `\`${name}\` is a reference and a value of an overlay.`, { at, hint }),
      );
      return null;
    }
    if (inOverlay) return meaningBy(overlaid(name));
    if (declared) {
      const resolved = scope.resolve(name, at);
      if (resolved.ok) return meaningBy((side) => side.binder.get(resolved.name)?.bound ?? null);
      problems.push(resolved.problem);
      return null;
    }
    if (as === 'parameter') return scope.nearest(name, [...own.outside.values.keys()]);
    problems.push(scope.unknown(name, at));
    return null;
  };
  return (mention) => {
    const { name, as } = mention;
    if (Object.hasOwn(parameters, name)) {
      return as === 'parameter' ? null : { bound: { kind: 'value', value: parameters[name] ?? null }, across: {} };
    }
    const known = meanings.get(name);
    if (known !== undefined) return known;
    const meaning = find(mention);
    if (meaning !== null && typeof meaning !== 'string') meanings.set(name, meaning);
    return meaning;
  };
}
