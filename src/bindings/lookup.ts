import type { EnvironmentName, ReferenceName } from '../model/ids.ts';
import type { JsonScalar } from '../model/json.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Across, Bound, FromVariables, Mention } from '../model/references.ts';
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

/** What the overlays say for one environment. */
export interface Overlaid {
  readonly environment: EnvironmentName;
  readonly outside: Outside;
}

interface Names {
  readonly parameters: { readonly [name: string]: JsonScalar };
  readonly scope: Scope;
  /** The environment at hand first. */
  readonly sides: readonly [Side, ...Side[]];
  /** All that overlays tell of: the same whichever environment is at hand. */
  readonly overlays: readonly Overlaid[];
  readonly problems: Problem[];
}

const MISSING: Bound = { kind: 'value', value: null };

function acrossOf<One extends { readonly environment: EnvironmentName }>(
  all: readonly One[],
  recorded: (one: One) => Bound | FromVariables | null,
): Across {
  return Object.fromEntries(
    all.flatMap((one) => {
      const said = recorded(one);
      return said === null ? [] : [[one.environment, said] as const];
    }),
  );
}

/** What the files alone say of a value; null where it has none. */
function overlaidBy(name: string, { outside }: Overlaid): Bound | FromVariables | null {
  const given = outside.values.get(name);
  if (given === undefined) return outside.unset.has(name) ? { kind: 'variable' } : null;
  return given.variable ? { kind: 'variable' } : { kind: 'value', value: given.value };
}

/** How names in nodes are looked up: a parameter, a reference or a value of an overlay, and never two of them. */
export function lookupIn({ parameters, scope, sides, overlays, problems }: Names): Lookup {
  const [own] = sides;
  const meanings = new Map<string, Meaning | null>();
  const overlaid = (name: string): Meaning => {
    // What lacks a variable is told by itself; the SQL around it can be checked all the same.
    const value = own.outside.values.get(name)?.value ?? null;
    return { bound: { kind: 'value', value }, across: acrossOf(overlays, (one) => overlaidBy(name, one)) };
  };
  const referred = (name: ReferenceName): Meaning | null => {
    const bound = own.binder.get(name)?.bound ?? (own.binder.lacksValue(name) ? MISSING : null);
    return bound === null ? null : { bound, across: acrossOf(sides, ({ binder }) => binder.recorded(name)) };
  };
  const find = ({ name, as, at }: Mention): Meaning | string | null => {
    const declared = scope.candidates(name).length > 0;
    const inOverlay = own.outside.values.has(name) || own.outside.unset.has(name);
    if (declared && inOverlay) {
      const hint = 'Rename the reference, or the part of the configuration.';
      problems.push(
        problem('reference-ambiguous', `\`${name}\` is a reference and a value of an overlay.`, { at, hint }),
      );
      return null;
    }
    if (inOverlay) return overlaid(name);
    if (declared) {
      const resolved = scope.resolve(name, at);
      if (resolved.ok) return referred(resolved.name);
      problems.push(resolved.problem);
      return null;
    }
    if (as === 'parameter') return scope.nearest(name, [...own.outside.values.keys()]);
    problems.push(scope.unknown(name, at, [...own.outside.values.keys(), ...Object.keys(parameters)]));
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
