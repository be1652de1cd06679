import { keyOf, type Ingredient } from '../identity/hash.ts';
import { modelKeys, type NodeKeys } from '../identity/keys.ts';
import type { Facts } from '../model/facts.ts';
import type { Key, NodeName } from '../model/ids.ts';
import type { ModelNode } from '../model/node.ts';
import type { Part, Shape, Use } from '../sql/contract.ts';
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

/** What a reader can take from a node: keys, and which tables' columns are behind each. */
interface Traced {
  readonly keys: NodeKeys;
  /** Names of columns come folded. */
  readonly behind: (use: Use) => Behind;
}

interface Behind {
  readonly reads: Reads;
  readonly ordered: boolean;
}

const NOTHING: Behind = { reads: new Map(), ordered: false };

function together(all: readonly Behind[]): Behind {
  const reads = new Map<NodeName, UsedColumns>();
  for (const { reads: some } of all) {
    for (const [name, columns] of some) {
      const known = reads.get(name);
      const both = known === null || columns === null ? null : new Set([...(known ?? []), ...columns]);
      reads.set(name, both);
    }
  }
  return { reads, ordered: all.some(({ ordered }) => ordered) };
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
    const traced = this.#throughModel(keys, shape, inputs);
    const { reads, ordered } = together([
      traced.behind({ input: 0, type: 'everything' }),
      ...shape.own.map((part) => behindPart(part, inputs, this.#fold)),
    ]);
    const columns = keys.columns === null ? null : Object.fromEntries(keys.columns.map(({ name, key }) => [name, key]));
    const recipe = { key: keys.build, rows: keys.rows, columns, reads, ordered: ordered || node.opaque };
    return { recipe, traced };
  }

  #throughModel(keys: NodeKeys, shape: Shape, inputs: readonly Traced[]): Traced {
    const rows = together(shape.rows.map((part) => behindPart(part, inputs, this.#fold)));
    const columns = new Map(
      shape.columns?.map((column) => [this.#fold(column.name), behindPart(column, inputs, this.#fold)] as const),
    );
    const all = together([rows, ...columns.values()]);
    return {
      keys,
      behind: (use) => (use.type === 'rows' ? rows : ((use.type === 'column' ? columns.get(use.column) : null) ?? all)),
    };
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
    return pinned
      ? { keys: symbolic(name, build), behind: (use) => behindTable(name, use) }
      : { keys: build, behind: () => NOTHING };
  }
}

function behindPart(part: Part, inputs: readonly Traced[], fold: (name: string) => string): Behind {
  const used = part.uses.map((use) => {
    const folded = use.type === 'column' ? { ...use, column: fold(use.column) } : use;
    return inputs[use.input]?.behind(folded) ?? NOTHING;
  });
  const ordered = part.ties.some((tie) => tie.kind === 'order');
  return together([...used, { reads: new Map(), ordered }]);
}

function behindTable(name: NodeName, use: Use): Behind {
  const columns: UsedColumns = use.type === 'everything' ? null : new Set(use.type === 'column' ? [use.column] : []);
  return { reads: new Map([[name, columns]]), ordered: false };
}

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
