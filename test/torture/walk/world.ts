import { MODELS, READS, saysModel, saysSource, SOURCES, type Model, type Source } from './graph.ts';

/** A definition in its place, and what brought it there; `version` null: it was removed. */
export interface Placed {
  readonly version: number | null;
  readonly by: 'apply' | 'promote' | 'rollback' | 'branch';
}

/** Models that were never there are not in it. */
export type Code = Readonly<Partial<Record<Model, Placed>>>;

/** `left`: the delivery that a rollback went back from. */
export interface Delivery {
  readonly at: number;
  readonly left: number | null;
}

export type Data = Readonly<Record<Source, Delivery>>;

export interface Revision {
  readonly number: number;
  readonly kind: 'apply' | 'run' | 'promote' | 'rollback' | 'delete';
  /** What the environment says by itself: in a branch, what differs from its branch point. */
  readonly own: Code;
  readonly data: Data;
  /** Revision of prod; null in prod. */
  readonly base: number | null;
  readonly from: { readonly environment: string; readonly number: number } | null;
  readonly standsAt: number | null;
  /** Collected; this alone is learnt by looking. */
  readonly gone: boolean;
}

export interface World {
  /** Every revision of every environment, the first first. */
  readonly lines: Readonly<Record<string, readonly Revision[]>>;
  /** What stands in the files of each actor. */
  readonly files: Readonly<Record<string, Readonly<Record<Model, number | null>>>>;
  readonly delivered: Readonly<Record<Source, number>>;
}

export const BASE = 'prod';

export const lineOf = (world: World, environment: string): readonly Revision[] => world.lines[environment] ?? [];

/** The head; null where the environment does not exist. */
export function headOf(world: World, environment: string): Revision | null {
  const last = lineOf(world, environment).at(-1);
  return last === undefined || last.kind === 'delete' ? null : last;
}

export function revisionOf(world: World, environment: string, number: number): Revision {
  const found = lineOf(world, environment)[number - 1];
  if (found === undefined) throw new Error(`there is no revision ${number} of ${environment}`);
  return found;
}

/** What a branch sees of a branch point. */
export function inherited(world: World, base: number | null): Code {
  if (base === null) return {};
  const code = Object.entries(revisionOf(world, BASE, base).own);
  return Object.fromEntries(code.map(([model, placed]) => [model, { ...placed, by: 'branch' }]));
}

export const seen = (world: World, revision: Revision): Code => ({
  ...inherited(world, revision.base),
  ...revision.own,
});

export const versionIn = (code: Code, model: Model): number | null => code[model]?.version ?? null;

/** What a name returns; null where it is not there. */
export function says(name: Model | Source, code: Code, data: Data): string | null {
  if (isSource(name)) return saysSource(name, data[name].at);
  const version = versionIn(code, name);
  return version === null
    ? null
    : saysModel(
        name,
        version,
        READS[name].map((one) => says(one, code, data) ?? '?'),
      );
}

export const isSource = (name: Model | Source): name is Source => SOURCES.some((one) => one === name);

/** What every name of an environment returns. */
export function readersSee(world: World, revision: Revision): Readonly<Record<string, string>> {
  const code = seen(world, revision);
  const all = [...SOURCES, ...MODELS].flatMap((name) => {
    const text = says(name, code, revision.data);
    return text === null ? [] : [[name, text] as const];
  });
  return Object.fromEntries(all);
}

/** Names that an environment says something of by itself: it has views for these. */
export function ownNames(world: World, revision: Revision): readonly string[] {
  const there = Object.keys(readersSee(world, revision));
  return revision.base === null ? there : there.filter((name) => name in revision.own);
}

/** Revisions that a revision stands on, itself first. What a rollback took back is not among them. */
export function ancestry(line: readonly Revision[], head: Revision): readonly Revision[] {
  const found: Revision[] = [];
  for (let at: Revision | undefined = head; at !== undefined && at.kind !== 'delete';) {
    found.push(at);
    at = line[(at.standsAt ?? at.number - 1) - 1];
  }
  return found;
}

/** The revision whose content a revision has: itself, or where a rollback stands. */
export function placeOf(line: readonly Revision[], number: number): number {
  const standsAt = line[number - 1]?.standsAt ?? null;
  return standsAt === null ? number : placeOf(line, standsAt);
}

/** Revision after which the environment was made anew; 0 where it never was deleted. */
export const bornAfter = (line: readonly Revision[]): number =>
  line.findLast(({ kind }) => kind === 'delete')?.number ?? 0;
