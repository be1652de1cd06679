import { asNodeName, type BuildId, type Key, type NodeName, type OperationId } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import type { Relation } from '../plan/choose.ts';
import type { Target } from '../plan/core.ts';
import type { Recipe, Recipes } from '../plan/recipe.ts';
import type { Build, BuildRecipe } from '../state/contract.ts';
import type { Applying } from './applying.ts';
import type { Measure, Pair } from './measure.ts';

type Relations = ReadonlyMap<NodeName, Relation | null>;

/** A comparison of tables that takes less is always made, in seconds: most projects never see another. */
const ALWAYS_WORTH = 0.05;
/** Builds of one recipe that are looked at, the newest first. */
const CANDIDATES = 3;

/** A build that holds what building would make. */
export interface Kept {
  readonly build: Build;
  /** Inputs whose data was compared; none where they are the very same builds. */
  readonly compared: readonly NodeName[];
}

/** What a reader found out about its inputs. */
export interface Finding {
  readonly kept: Kept | null;
  /** A build of the same recipe over the same data, though it must not be kept. */
  readonly twin: Build | null;
  /** Inputs that came out different. */
  readonly different: readonly Pair[];
}

const NOTHING: Finding = { kept: null, twin: null, different: [] };

interface Means {
  readonly all: ReadonlyMap<NodeName, Target>;
  readonly waiting: ReadonlyMap<NodeName, Target>;
  readonly recipes: Recipes;
  readonly measure: Measure;
}

const isView = (node: Node): boolean => node.kind === 'model' && node.materialized === 'view';

/**
 * Early cutoff: a node whose inputs were built anew, and came out the same over the columns that it uses, keeps the build
 * that it has. Equal recipes over equal data give equal tables, so what must be compared is the data alone.
 */
export class Cutoff {
  readonly #recipes: Recipes;
  readonly #measure: Measure;
  readonly #applying: Applying;
  /** What is to be built. */
  readonly #targets: ReadonlyMap<NodeName, Target>;
  readonly #views: ReadonlyMap<NodeName, Target>;
  readonly #behind = new Map<NodeName, ReadonlySet<NodeName>>();
  readonly #readers = new Map<NodeName, NodeName[]>();
  #candidates: ReadonlyMap<Key, readonly Build[]> = new Map();

  constructor({ all, waiting, recipes, measure }: Means, applying: Applying) {
    this.#targets = new Map(waiting);
    this.#views = new Map([...all].filter(([, { node }]) => isView(node)));
    this.#recipes = recipes;
    this.#measure = measure;
    this.#applying = applying;
  }

  /** Looks for builds that could be kept, and protects them and what they read from being collected. */
  async prepare(operation: OperationId): Promise<void> {
    const { state, cutoff } = this.#applying;
    if (!cutoff) return;
    const recipes = [...this.#targets.values()].flatMap((target) => this.#recipes.of(target)?.key ?? []);
    const found = recipes.length === 0 ? [] : await state.buildsBy(recipes, CANDIDATES);
    if (found.length === 0) return;
    const ids = new Set(found.flatMap(({ id, reads }) => [id, ...buildsIn(reads).map(([, build]) => build)]));
    const gone = new Set(await state.pin(operation, [...ids]));
    const candidates = new Map<Key, Build[]>();
    for (const build of found) {
      if (build.recipe === null || gone.has(build.id)) continue;
      candidates.set(build.recipe.key, [...(candidates.get(build.recipe.key) ?? []), build]);
    }
    this.#candidates = candidates;
    for (const [name, target] of this.#targets) this.#expect(name, target);
  }

  #expect(name: NodeName, target: Target): void {
    for (const need of target.graphNode.needs) this.#readers.set(need, [...(this.#readers.get(need) ?? []), name]);
    const recipe = this.#recipes.of(target);
    if (recipe === null || !this.#candidates.has(recipe.key)) return;
    for (const [node, columns] of recipe.reads) {
      const kind = this.#targets.get(node)?.node.kind;
      this.#measure.expect(node, columns, kind === 'source' || kind === 'seed');
    }
  }

  /**
   * The builds that a node would read now, and those behind the views that it reads: what a view's own build has read,
   * which can be older than what stands for that table elsewhere. A table that is reached in two states is left out, also
   * where a view reached it so.
   */
  async readsOf(target: Target, relations: Relations): Promise<Build['reads']> {
    const reads: Record<NodeName, BuildId> = {};
    const torn = new Set<NodeName>();
    const note = (name: NodeName, build: BuildId): void => {
      if (reads[name] !== undefined && reads[name] !== build) torn.add(name);
      reads[name] = build;
    };
    for (const name of target.graphNode.needs) {
      const relation = relations.get(name);
      if (!relation || !('build' in relation)) continue;
      note(name, relation.build);
      if (!this.#views.has(name)) continue;
      const behind = (await this.#measure.build(relation.build))?.reads ?? {};
      for (const [table, build] of buildsIn(behind)) note(table, build);
      for (const table of this.#behindView(name)) if (behind[table] === undefined) torn.add(table);
    }
    for (const name of torn) delete reads[name];
    return reads;
  }

  /** All that a view reads, and the views that it reads. */
  #behindView(name: NodeName): ReadonlySet<NodeName> {
    const known = this.#behind.get(name);
    if (known !== undefined) return known;
    const found = new Set(this.#views.get(name)?.graphNode.needs);
    for (const one of found) for (const need of this.#views.get(one)?.graphNode.needs ?? []) found.add(need);
    this.#behind.set(name, found);
    return found;
  }

  /** As it is recorded with a build. */
  recipeOf(target: Target): BuildRecipe | null {
    const recipe = this.#recipes.of(target);
    return recipe === null ? null : { key: recipe.key, rows: recipe.rows, columns: recipe.columns };
  }

  /** The build to keep in place of a new one, if the data of its inputs proves that it holds the same. */
  async find(target: Target, reads: Build['reads']): Promise<Finding> {
    const recipe = this.#recipes.of(target);
    const { node } = target;
    if (recipe === null || node.kind !== 'model' || !this.#applying.cutoff || node.cutoff === 'off') return NOTHING;
    const different: Pair[] = [];
    for (const build of this.#candidates.get(recipe.key) ?? []) {
      const pairs = isView(node) ? sameRelations(target, build, reads) : pairsOf(recipe, build, reads);
      if (pairs === null || !(await this.#isWorth(target, pairs))) continue;
      const unequal = await this.#unequal(pairs);
      if (unequal === null) {
        const kept = { build, compared: pairs.map((pair) => pair.node) };
        return recipe.ordered && pairs.length > 0
          ? { kept: null, twin: build, different }
          : { kept, twin: null, different };
      }
      different.push(unequal);
    }
    return { ...NOTHING, different };
  }

  /** The first input that came out different. */
  async #unequal(pairs: readonly Pair[]): Promise<Pair | null> {
    for (const pair of pairs) if (!(await this.#measure.same(pair))) return pair;
    return null;
  }

  /** Whether what hangs below costs more than comparing does. */
  async #isWorth(target: Target, pairs: readonly Pair[]): Promise<boolean> {
    const costs = await Promise.all(pairs.map((pair) => this.#measure.cost(pair)));
    const cost = costs.reduce((sum, one) => sum + one, 0);
    return cost <= ALWAYS_WORTH || cost <= this.#secondsBelow(target.node.name);
  }

  /** Seconds that the node and all that reads it took to build last time. */
  #secondsBelow(name: NodeName): number {
    const below = new Set([name]);
    for (const one of below) for (const reader of this.#readers.get(one) ?? []) below.add(reader);
    let seconds = 0;
    for (const one of below) {
      const target = this.#targets.get(one);
      const recipe = target === undefined ? null : this.#recipes.of(target);
      seconds += (recipe === null ? undefined : this.#candidates.get(recipe.key)?.[0]?.seconds) ?? 0;
    }
    return seconds;
  }
}

/** Tables that are not the ones which the build read; null where it did not read all of them. */
function pairsOf(recipe: Recipe, build: Build, reads: Build['reads']): readonly Pair[] | null {
  const pairs: Pair[] = [];
  for (const [node, columns] of recipe.reads) {
    const [now, was] = [reads[node], build.reads[node]];
    if (now === undefined || was === undefined) return null;
    if (now !== was) pairs.push({ node, now, was, columns });
  }
  return pairs;
}

/** A view is kept only where it names the very relations that it would name now: none to compare, or null. */
const sameRelations = (target: Target, build: Build, reads: Build['reads']): readonly Pair[] | null =>
  target.graphNode.needs.every((need) => reads[need] !== undefined && reads[need] === build.reads[need]) ? [] : null;

const buildsIn = (reads: Build['reads']): readonly (readonly [NodeName, BuildId])[] =>
  Object.entries(reads).map(([name, build]) => [asNodeName(name), build]);
