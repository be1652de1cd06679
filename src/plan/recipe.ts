import { keyOf, type Ingredient } from '../identity/hash.ts';
import { modelKeys, type NodeKeys } from '../identity/keys.ts';
import type { Facts } from '../model/facts.ts';
import type { Key, NodeName } from '../model/ids.ts';
import type { ModelNode } from '../model/node.ts';
import type { Part, Shape, Tie, Use } from '../sql/contract.ts';
import type { BuildRecipe } from '../state/contract.ts';
import type { Target } from './core.ts';
import { inputNames } from './graph.ts';
import { dayOf } from './identify.ts';
import { forcedTypes, storageOf } from './local.ts';

/** Folded names of the columns that are used of a table; null: all of them, whatever they are. */
export type UsedColumns = ReadonlySet<string> | null;

/** Tables by node, with what is used of each. An empty set: only how many rows there are. */
export type Reads = ReadonlyMap<NodeName, UsedColumns>;

/**
 * What a model makes of its inputs, their data aside: its keys over inputs that stand for themselves. Views are looked
 * through, so that `reads` names tables only. Two builds of one recipe over equal data in `reads` are equal.
 */
export interface Recipe extends BuildRecipe {
  readonly reads: Reads;
  /** Hangs on the order of the rows that it reads, or may: equal data does not prove an equal build. */
  readonly ordered: boolean;
}

/** Collects what parts of a query stand on. */
class Ground {
  readonly reads = new Map<NodeName, Set<string> | null>();
  ordered = false;

  add(name: NodeName, column: string | null): void {
    const known = this.reads.get(name);
    if (known === null) return;
    this.reads.set(name, column === null ? null : (known ?? new Set<string>()).add(column));
  }

  /** Only how many rows there are. */
  addRows(name: NodeName): void {
    if (!this.reads.has(name)) this.reads.set(name, new Set());
  }

  addAll(other: Ground): void {
    this.ordered ||= other.ordered;
    for (const [name, columns] of other.reads) {
      this.addRows(name);
      if (columns === null) this.add(name, null);
      else for (const column of columns) this.add(name, column);
    }
  }
}

/** What a reader can take from a node: keys, and which tables' columns are behind each. */
interface Traced {
  readonly keys: NodeKeys;
  /** Names of columns come folded. */
  readonly standOn: (use: Use, ground: Ground) => void;
}

/** Recipes of a plan's models, each worked out when it is asked for. */
export class Recipes {
  readonly #targets: ReadonlyMap<NodeName, Target>;
  readonly #facts: Facts;
  readonly #fold: (name: string) => string;
  readonly #traced = new Map<NodeName, Traced>();
  readonly #recipes = new Map<NodeName, Recipe>();

  constructor(targets: readonly Target[], facts: Facts, fold: (name: string) => string) {
    this.#targets = new Map(targets.map((target) => [target.node.name, target]));
    this.#facts = facts;
    this.#fold = fold;
  }

  /** null for what is loaded and not made: sources and seeds. */
  of(target: Target): Recipe | null {
    const { node } = target;
    if (node.kind !== 'model') return null;
    const known = this.#recipes.get(node.name) ?? this.#made(target, node).recipe;
    this.#recipes.set(node.name, known);
    return known;
  }

  #made(target: Target, node: ModelNode): { readonly recipe: Recipe; readonly traced: Traced } {
    const shape = target.identity.shape();
    if (shape === null) throw new Error(`${node.name} has no shape`);
    const inputs = inputNames(target.graphNode).map((name) => this.#trace(name));
    const { timezone, clock, engine } = this.#facts;
    const own: readonly Ingredient[] = [storageOf(node), engine];
    const keys = modelKeys(
      shape,
      inputs.map((input) => input.keys),
      {
        identity: 'build',
        fold: this.#fold,
        clock: { date: dayOf(clock, timezone), timestamp: clock },
        forced: forcedTypes(node, this.#fold),
        own,
      },
    );
    const { reads, ordered } = this.#ground([...shape.rows, ...(shape.columns ?? []), ...shape.own], inputs, isOfOrder);
    const columns = keys.columns === null ? null : Object.fromEntries(keys.columns.map(({ name, key }) => [name, key]));
    const recipe = { key: keys.build, rows: keys.rows, columns, reads, ordered: ordered || node.opaque };
    return { recipe, traced: this.#throughModel(keys, shape, inputs) };
  }

  #ground(parts: readonly Part[], inputs: readonly Traced[], unproved: (tie: Tie) => boolean): Ground {
    const ground = new Ground();
    for (const part of parts) {
      ground.ordered ||= part.ties.some(unproved);
      for (const use of part.uses) {
        const folded = use.type === 'column' ? { ...use, column: this.#fold(use.column) } : use;
        inputs[use.input]?.standOn(folded, ground);
      }
    }
    return ground;
  }

  #throughModel(keys: NodeKeys, shape: Shape, inputs: readonly Traced[]): Traced {
    const parts = new Map(shape.columns?.map((column) => [this.#fold(column.name), column] as const));
    const chosen = (use: Use): readonly Part[] => {
      if (use.type === 'rows') return shape.rows;
      const part = use.type === 'column' ? parts.get(use.column) : undefined;
      return part === undefined ? [...shape.rows, ...parts.values()] : [part];
    };
    // A table keeps what a tie once gave; a view may give something else each time that it is read.
    return { keys, standOn: (use, ground) => ground.addAll(this.#ground(chosen(use), inputs, () => true)) };
  }

  #trace(name: NodeName): Traced {
    const known = this.#traced.get(name) ?? this.#traceOf(name);
    this.#traced.set(name, known);
    return known;
  }

  #traceOf(name: NodeName): Traced {
    const target = this.#targets.get(name);
    if (target === undefined) throw new Error(`there is no ${name} in the plan`);
    const { node, identity } = target;
    if (node.kind === 'model' && node.materialized === 'view') return this.#made(target, node).traced;
    const { build } = identity.seen();
    // What is read in place has no build to compare: its own keys stand for it.
    const pinned = target.inPlace === null && this.#facts.sources.get(name)?.live !== true;
    if (!pinned) return { keys: build, standOn: () => undefined };
    return {
      keys: symbolic(name, build),
      standOn: (use, ground) => {
        if (use.type === 'rows') ground.addRows(name);
        else ground.add(name, use.type === 'column' ? use.column : null);
      },
    };
  }
}

const isOfOrder = ({ kind }: Tie): boolean => kind === 'order';

/** Keys that stand for a table's data without saying what it is. */
function symbolic(name: NodeName, { columns }: NodeKeys): NodeKeys {
  const key = (what: string): Key => keyOf('data', name, what);
  return {
    rows: key('rows'),
    rowsTied: false,
    columns:
      columns?.map((column) => ({ name: column.name, key: keyOf('data', name, 'column', column.name), tied: false })) ??
      null,
    build: key('build'),
  };
}
