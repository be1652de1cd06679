import type { ReleaseFact, ReleaseTaker, WantedRelease } from '../model/facts.ts';
import type { EnvironmentName, NodeName } from '../model/ids.ts';
import type { ModelNode, Node } from '../model/node.ts';
import type { PlanData } from '../model/plan.ts';
import type { Problem } from '../model/problems.ts';
import type { ReleaseSelector } from '../model/references.ts';
import type { Version } from './version.ts';

type Nodes = ReadonlyMap<NodeName, Node>;

const NONE: readonly ReleaseFact[] = [];

const sameSelector = (one: ReleaseSelector, other: ReleaseSelector): boolean =>
  one.pattern === other.pattern && one.releases === other.releases && one.repository === other.repository;

/** What a selector came to; undefined where that is not among them. */
export const releaseAmong = (releases: readonly ReleaseFact[], selector: ReleaseSelector): ReleaseFact | undefined =>
  releases.find((one) => sameSelector(one.selector, selector));

/** The releases of a version, with those of its branch point that it does not say itself. */
export function releasesIn(version: Version | null): readonly ReleaseFact[] {
  if (version === null) return NONE;
  return over(version.revision.releases, releasesIn(version.base));
}

/** The first ones, and of the others those whose selector is not among them. */
const over = (first: readonly ReleaseFact[], others: readonly ReleaseFact[]): readonly ReleaseFact[] =>
  others.length === 0 ? first : [...first, ...others.filter((one) => releaseAmong(first, one.selector) === undefined)];

function withTags(node: ModelNode, releases: readonly ReleaseFact[]): ModelNode {
  const tags = Object.entries(node.releases ?? {}).flatMap(([name, selector]) => {
    const found = releaseAmong(releases, selector);
    return found === undefined ? [] : [[name, found.tag] as const];
  });
  return { ...node, parameters: { ...node.parameters, ...Object.fromEntries(tags) } };
}

const usesReleases = (node: Node): node is ModelNode & { readonly releases: NonNullable<ModelNode['releases']> } =>
  node.kind === 'model' && node.releases !== undefined;

/** Nodes with the tags of their releases put in. */
export function filledIn(nodes: Nodes, releases: readonly ReleaseFact[]): Nodes {
  if (![...nodes.values()].some(usesReleases)) return nodes;
  return new Map([...nodes].map(([name, node]) => [name, usesReleases(node) ? withTags(node, releases) : node]));
}

/** A rollback leaves a tag behind: it is kept from coming back until there is another. */
export const leaving = (target: readonly ReleaseFact[], left: readonly ReleaseFact[]): readonly ReleaseFact[] =>
  target.map((one) => {
    const tag = releaseAmong(left, one.selector)?.tag;
    return tag === undefined || tag === one.tag ? one : { ...one, avoid: tag };
  });

interface Basis {
  readonly environment: EnvironmentName;
  /** What stays as it is recorded. */
  readonly kept: readonly ReleaseFact[];
  /** What was there before, where new tags are taken. */
  readonly previous: readonly ReleaseFact[];
}

/** The releases of one plan: what is recorded stays, and git is asked for the rest, once for each selector. */
export class Releases {
  /** Near misses, which git showed. */
  readonly warnings: Problem[] = [];
  readonly #basis: Basis;
  readonly #taker: ReleaseTaker;
  readonly #used: ReleaseFact[] = [];
  readonly #wanted: WantedRelease[] = [];

  constructor(basis: Basis, taker: ReleaseTaker) {
    this.#basis = basis;
    this.#taker = taker;
  }

  /** Of all nodes that were filled so far. */
  get facts(): readonly ReleaseFact[] {
    return this.#used;
  }

  /** Puts tags into nodes. Throws UserError where a release cannot be found. */
  async fill(nodes: Nodes): Promise<Nodes> {
    const missing: WantedRelease[] = [];
    for (const node of nodes.values()) {
      if (!usesReleases(node)) continue;
      for (const [name, selector] of Object.entries(node.releases)) {
        const wanted = this.#want(name, selector, node);
        if (releaseAmong(this.#used, selector) !== undefined) continue;
        const kept = releaseAmong(this.#basis.kept, selector);
        const asked = missing.some((one) => sameSelector(one.selector, selector));
        if (kept !== undefined) this.#used.push(kept);
        else if (!asked) missing.push(wanted);
      }
    }
    await this.#take(missing);
    return filledIn(nodes, this.#used);
  }

  #want(reference: string, selector: ReleaseSelector, { mentions, at }: ModelNode): WantedRelease {
    const known = this.#wanted.find((one) => one.reference === reference && sameSelector(one.selector, selector));
    if (known !== undefined) return known;
    const place = mentions?.find(({ name }) => name === reference)?.at ?? at;
    const wanted = { reference, environment: this.#basis.environment, selector, at: place };
    this.#wanted.push(wanted);
    return wanted;
  }

  async #take(missing: readonly WantedRelease[]): Promise<void> {
    if (missing.length === 0) return;
    const { found, warnings } = await this.#taker.take(missing);
    this.warnings.push(...warnings);
    for (const one of found) {
      const was = releaseAmong(this.#basis.previous, one.selector);
      this.#used.push(was !== undefined && (was.tag === one.tag || was.avoid === one.tag) ? was : one);
    }
  }

  /** Rows of the plan's data: what was taken. */
  taken(compared: Version | null): readonly PlanData[] {
    const before = releasesIn(compared);
    return this.#rows((selector) => {
      const [was, now] = [releaseAmong(before, selector), releaseAmong(this.#used, selector)];
      if (now === undefined || was?.tag === now.tag) return null;
      return { change: was === undefined ? `release ${now.tag}` : moved(was, now), taken: true };
    });
  }

  /** What is newer and not taken: in the base of a branch; else where git can tell it without a network. */
  async untaken(baseHead: Version | null): Promise<readonly PlanData[]> {
    const kept = this.#used.filter((one) => releaseAmong(this.#basis.kept, one.selector) !== undefined);
    if (kept.length === 0) return [];
    const inBase = releasesIn(baseHead);
    const others = this.#wanted.filter(({ selector }) => releaseAmong(inBase, selector) === undefined);
    const newest = over(inBase, others.length === 0 ? NONE : await this.#taker.glance(others));
    return this.#rows((selector) => {
      const [was, now] = [releaseAmong(kept, selector), releaseAmong(newest, selector)];
      if (was === undefined || now === undefined || was.tag === now.tag || was.avoid === now.tag) return null;
      return { change: moved(was, now), taken: false };
    });
  }

  #rows(row: (selector: ReleaseSelector) => Omit<PlanData, 'source'> | null): readonly PlanData[] {
    return this.#wanted.flatMap(({ reference: source, selector }) => {
      const found = row(selector);
      return found === null ? [] : [{ source, ...found }];
    });
  }
}

const moved = (was: ReleaseFact, now: ReleaseFact): string => `release ${now.tag}, was ${was.tag}`;
