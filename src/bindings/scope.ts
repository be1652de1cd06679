import type { Wiring } from '../model/environments.ts';
import { asReferenceName, type ReferenceName, type TeamName } from '../model/ids.ts';
import { nearestName } from '../model/nearest.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';

export type Resolved =
  | { readonly ok: true; readonly name: ReferenceName }
  | { readonly ok: false; readonly problem: Problem };

/** Finds what names mean: a project's own references and, where only one team has it, a team's without the team. */
export class Scope {
  readonly #known: ReadonlySet<string>;
  readonly #ofTeams: ReadonlyMap<string, readonly ReferenceName[]>;

  constructor({ references, aliases }: Wiring) {
    const names = [...references.keys(), ...aliases.keys()];
    this.#known = new Set(names);
    const ofTeams = new Map<string, ReferenceName[]>();
    for (const name of names) {
      const dot = name.indexOf('.');
      if (dot === -1) continue;
      const short = name.slice(dot + 1);
      const same = ofTeams.get(short);
      if (same === undefined) ofTeams.set(short, [name]);
      else same.push(name);
    }
    this.#ofTeams = ofTeams;
  }

  /** The names that may be meant by one that is written in a file of that team, or outside all teams. */
  candidates(written: string, team: TeamName | null = null): readonly ReferenceName[] {
    if (team !== null && this.#known.has(`${team}.${written}`)) return [asReferenceName(`${team}.${written}`)];
    if (this.#known.has(written)) return [asReferenceName(written)];
    return this.#ofTeams.get(written) ?? [];
  }

  resolve(written: string, at: Position, team: TeamName | null = null): Resolved {
    const [found, ...others] = this.candidates(written, team);
    if (found === undefined) return { ok: false, problem: this.unknown(written, at) };
    if (others.length === 0) return { ok: true, name: found };
    const message = `\`${written}\` is declared by several teams.`;
    const hint = `Say which is meant: ${[found, ...others].join(', ')}.`;
    return { ok: false, problem: problem('reference-ambiguous', message, { at, hint }) };
  }

  unknown(written: string, at: Position, others: readonly string[] = []): Problem {
    const near = this.nearest(written, others);
    const hint = near === null ? 'Declare it under `references:`.' : `Did you mean \`${near}\`?`;
    return problem('reference-unknown', `There is no reference \`${written}\`.`, { at, hint });
  }

  nearest(written: string, others: readonly string[] = []): string | null {
    return nearestName(written, [...this.#known, ...this.#ofTeams.keys(), ...others]);
  }
}
