import type { EnvironmentDeclaration, Team, Wiring } from '../model/environments.ts';
import { asTeamName, type ReferenceName, type TeamName } from '../model/ids.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Alias, Binding, Bound, FromVariables, Reference, Written } from '../model/references.ts';
import type { Outside } from './outside.ts';
import { parseBound, referredTo } from './parse.ts';
import { saidOf, withDefaults, type Said } from './profile-connection.ts';
import type { Scope } from './scope.ts';

const teamOf = (name: ReferenceName): TeamName | null =>
  name.includes('.') ? asTeamName(name.slice(0, name.indexOf('.'))) : null;

/** Binds the references of one environment, each when it is first asked for. */
export class Binder {
  readonly declaration: EnvironmentDeclaration;
  readonly problems: Problem[] = [];
  readonly #wiring: Wiring;
  readonly #scope: Scope;
  readonly #outside: Outside;
  readonly #bound = new Map<ReferenceName, Binding | null>();
  /** What lacks a variable. */
  readonly #lacking = new Set<ReferenceName>();
  /** Names that are being bound, to tell of a circle. */
  readonly #path: ReferenceName[] = [];

  constructor(wiring: Wiring, scope: Scope, declaration: EnvironmentDeclaration, outside: Outside) {
    this.#wiring = wiring;
    this.#scope = scope;
    this.declaration = declaration;
    this.#outside = outside;
  }

  /** What a reference or alias stands for; null where that cannot be told, and the problems say why. */
  get(name: ReferenceName): Binding | null {
    const known = this.#bound.get(name);
    if (known !== undefined) return known;
    if (this.#path.includes(name)) {
      this.problems.push(this.#circle(name));
      return null;
    }
    this.#path.push(name);
    const binding = this.#bind(name);
    this.#path.pop();
    this.#bound.set(name, binding);
    return binding;
  }

  /** What the files alone say of a reference; null where it is bound to nothing. */
  recorded(name: ReferenceName): Bound | FromVariables | null {
    const binding = this.get(name);
    if (binding === null) return this.#lacking.has(name) ? { kind: 'variable' } : null;
    return binding.variable ? { kind: 'variable' } : binding.bound;
  }

  /** Whether a value is not there because of a variable that is not set. */
  lacksValue(name: ReferenceName): boolean {
    return this.#lacking.has(name) && this.#wiring.references.get(name)?.kind === 'value';
  }

  #bind(name: ReferenceName): Binding | null {
    const alias = this.#wiring.aliases.get(name);
    if (alias !== undefined) return this.#aliased(alias);
    const reference = this.#wiring.references.get(name);
    if (reference === undefined) return null;
    const before = this.problems.length;
    const said = saidOf(reference, this.declaration.bindings.get(name), this.#outside, this.problems);
    if (said !== null) return this.#mapped(reference, said);
    return this.problems.length > before ? null : this.#unmapped(reference);
  }

  #aliased({ name, of, at }: Alias): Binding | null {
    const target = this.#scope.resolve(of, at, teamOf(name));
    if (!target.ok) {
      this.problems.push(target.problem);
      return null;
    }
    const binding = this.get(target.name);
    if (binding === null && this.#lacking.has(target.name)) this.#lacking.add(name);
    return binding === null ? null : { ...binding, reference: name };
  }

  #unmapped({ name, team }: Reference): null {
    const { name: environment, at } = this.declaration;
    const declared = team === null ? undefined : this.#wiring.teams.get(team);
    if (declared !== undefined && !declared.maps.has(environment)) return this.#teamUnmapped(declared);
    const where = team === null ? '' : ` (team \`${team}\`)`;
    const hint = `Add \`${name.slice(name.indexOf('.') + 1)}:\` to what stands for \`${environment}\`${where}.`;
    const message = `\`${environment}\` does not say what \`${name}\` stands for.`;
    this.problems.push(problem('reference-unmapped', message, { at, hint }));
    return null;
  }

  /** Said once for all references of the team. */
  #teamUnmapped({ name, at }: Team): null {
    const message = `The team \`${name}\` does not say what its references stand for in \`${this.declaration.name}\`.`;
    if (!this.problems.some((one) => one.message === message)) {
      const hint = `Add \`${this.declaration.name}:\` under its \`environments:\`.`;
      this.problems.push(problem('team-unmapped', message, { at, hint }));
    }
    return null;
  }

  #mapped(reference: Reference, { written, profile }: Said): Binding | null {
    const { name } = reference;
    const expanded = this.#outside.expand(written, this.problems);
    const given =
      expanded === null || reference.kind !== 'connection'
        ? expanded
        : withDefaults(expanded, this.#outside, this.problems);
    if (given === null) {
      this.#lacking.add(name);
      return null;
    }
    const { value, setBy } = given;
    const variable = profile || given.variable;
    const other = referredTo(value);
    if (other !== null) return this.#referred(reference, other, written);
    const bound = parseBound({ reference, value, written, problems: this.problems });
    return bound === null
      ? null
      : { reference: name, environment: this.declaration.name, bound, at: written.at, setBy, variable };
  }

  /** A reference that stands for whatever another one does. */
  #referred(reference: Reference, other: string, { at }: Written): Binding | null {
    const target = this.#scope.resolve(other, at, reference.team);
    if (!target.ok) {
      this.problems.push(target.problem);
      return null;
    }
    const binding = this.get(target.name);
    if (binding === null) {
      if (this.#lacking.has(target.name)) this.#lacking.add(reference.name);
      return null;
    }
    if (binding.bound.kind === reference.kind) return { ...binding, reference: reference.name };
    const message = `\`${reference.name}\` is a ${reference.kind}, and \`${other}\` a ${binding.bound.kind}.`;
    this.problems.push(problem('reference-kind', message, { at }));
    return null;
  }

  #circle(name: ReferenceName): Problem {
    const path = [...this.#path.slice(this.#path.indexOf(name)), name];
    const at = this.#wiring.aliases.get(name)?.at ?? this.declaration.bindings.get(name)?.at ?? this.declaration.at;
    const message = `These references stand for each other in a circle: ${path.join(' → ')}.`;
    return problem('reference-circle', message, { at, hint: 'One of them must stand for something of its own.' });
  }

  /** Binds everything, and tells of keys that name nothing. */
  all(words: readonly string[]): ReadonlyMap<ReferenceName, Binding> {
    const bindings = new Map<ReferenceName, Binding>();
    for (const name of [...this.#wiring.references.keys(), ...this.#wiring.aliases.keys()]) {
      const binding = this.get(name);
      if (binding !== null) bindings.set(name, binding);
    }
    for (const [name, { at }] of this.declaration.bindings) {
      const alias = this.#wiring.aliases.get(name);
      if (alias !== undefined) {
        const message = `\`${name}\` is another name for \`${alias.of}\`, and stands for what that one does.`;
        this.problems.push(problem('reference-kind', message, { at, hint: `Say what \`${alias.of}\` stands for.` }));
      } else if (!this.#wiring.references.has(name)) {
        this.problems.push(this.#scope.unknown(name, at, words));
      }
    }
    return bindings;
  }
}
