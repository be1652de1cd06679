import type { BuildId, NodeName } from '../model/ids.ts';
import { positionIn } from '../model/position.ts';
import { warning, type Problem } from '../model/problems.ts';
import type { Target } from '../plan/core.ts';
import type { Recipes, UsedColumns } from '../plan/recipe.ts';
import type { Tie } from '../sql/contract.ts';
import type { Build } from '../state/contract.ts';
import type { Measure, Pair } from './measure.ts';

/** Sums of these hang on the order of their terms in the last digits; that is no defect of a model. */
const APPROXIMATE = /\b(double|float|float4|float8|real)\b/i;

/** Two builds of a node over the same data. */
export interface Twins {
  readonly node: NodeName;
  readonly now: BuildId;
  readonly was: BuildId;
}

interface Means {
  readonly targets: ReadonlyMap<NodeName, Target>;
  readonly recipes: Recipes;
  readonly measure: Measure;
  readonly fold: (name: string) => string;
}

/**
 * Finds models that are not deterministic: two builds that mean the same, over the same data, and hold something else.
 * It looks only where data is compared anyway.
 */
export class Determinism {
  readonly #targets: ReadonlyMap<NodeName, Target>;
  readonly #recipes: Recipes;
  readonly #measure: Measure;
  readonly #fold: (name: string) => string;
  readonly #found = new Map<NodeName, readonly Problem[]>();

  constructor({ targets, recipes, measure, fold }: Means) {
    this.#targets = targets;
    this.#recipes = recipes;
    this.#measure = measure;
    this.#fold = fold;
  }

  get found(): readonly Problem[] {
    return [...this.#found.values()].flat();
  }

  /** `different`: pairs of builds that a comparison found to differ. `twins`: builds to compare over all columns. */
  async judge(different: readonly Pair[], twins: Twins | null): Promise<void> {
    const pairs = [...different];
    if (twins !== null) {
      const pair: Pair = { ...twins, columns: null };
      if (!(await this.#measure.same(pair))) pairs.push(pair);
    }
    for (const pair of pairs) await this.#judge(pair);
  }

  async #judge({ node, now, was, columns }: Pair): Promise<void> {
    const target = this.#targets.get(node);
    if (target === undefined || this.#found.has(node)) return;
    const [left, right] = await Promise.all([this.#measure.build(now), this.#measure.build(was)]);
    if (left === null || right === null) return;
    const shared = sharedColumns(left, right, columns);
    if (shared === null || !(await this.#sameInput(target, left, right))) return;
    const exact = shared.filter((name) => !this.#isNoise(target, left, name));
    if (exact.length < shared.length && (await this.#measure.same({ node, now, was, columns: new Set(exact) }))) return;
    this.#found.set(node, problemsOf(target, new Set(exact)));
  }

  /** Whether both were made from the same data, as far as that is known without looking at more tables. */
  async #sameInput(target: Target, now: Build, was: Build): Promise<boolean> {
    for (const [node, columns] of this.#recipes.of(target)?.reads ?? []) {
      const [left, right] = [now.reads[node], was.reads[node]];
      if (left === undefined || right === undefined) return false;
      const pair: Pair = { node, now: left, was: right, columns };
      if (left !== right && ((await this.#measure.cost(pair)) > 0 || !(await this.#measure.same(pair)))) return false;
    }
    return true;
  }

  /** A float whose last digits may hang on the order of a sum, and nothing else of it on anything. */
  #isNoise(target: Target, build: Build, name: string): boolean {
    const tied = target.identity.seen().build.columns?.find((column) => column.name === name)?.tied ?? true;
    const type = build.columns.find((column) => this.#fold(column.name) === name)?.type ?? '';
    return !tied && APPROXIMATE.test(type);
  }
}

/** The columns that mean the same in both; null where their rows, or the ones asked for, do not. */
function sharedColumns(now: Build, was: Build, asked: UsedColumns): readonly string[] | null {
  const [left, right] = [now.recipe, was.recipe];
  if (left === null || right === null || left.rows !== right.rows) return null;
  if (left.columns === null || right.columns === null) return left.key === right.key ? [] : null;
  const names = asked === null ? Object.keys(left.columns) : [...asked];
  return names.every((name) => left.columns?.[name] === right.columns?.[name]) ? names : null;
}

function problemsOf(target: Target, columns: ReadonlySet<string>): readonly Problem[] {
  const { node } = target;
  const message = `\`${node.name}\` gave other data from the same input`;
  const found = node.kind === 'model' ? tiesOf(target, columns) : [];
  const ties = found.filter(isDefect);
  // Who leaves the clock to the engine knows it.
  if (ties.length < found.length) return [];
  if (node.kind !== 'model' || ties.length === 0) {
    const hint = 'Nothing in its query explains it to Bough: look for functions that are not what they seem.';
    return [warning('not-deterministic', `${message}.`, { at: node.at, hint })];
  }
  return ties.map((tie) =>
    warning('not-deterministic', `${message}: it depends on ${tie.construct}.`, {
      at: positionIn(node.sql, tie.span.start),
      hint: HINT[tie.kind],
    }),
  );
}

type Defect = Tie & { readonly kind: Exclude<Tie['kind'], 'clock'> };

const isDefect = (tie: Tie): tie is Defect => tie.kind !== 'clock';

const HINT: Readonly<Record<Defect['kind'], string>> = {
  volatile: 'Take a value that is stored, or one derived from the data, in place of it.',
  tie: 'Give it a total order: end its ORDER BY with a column that is unique.',
  order: 'Give it a total order: add an ORDER BY that ends with a column that is unique.',
};

/** What can differ from build to build in the rows or these columns, each construct once. */
function tiesOf(target: Target, columns: ReadonlySet<string>): readonly Tie[] {
  const shape = target.identity.shape();
  if (shape === null) return [];
  const names = target.identity.seen().build.columns;
  const parts = shape.columns?.filter((_, index) => columns.has(names?.[index]?.name ?? '')) ?? [];
  const ties = [...shape.rows, ...parts].flatMap((part) => part.ties);
  return [...new Map(ties.map((tie) => [tie.span.start, tie])).values()];
}
