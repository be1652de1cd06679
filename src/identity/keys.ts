import type { Key } from '../model/ids.ts';
import type { OutputColumn, Part, Shape, Use } from '../sql/contract.ts';
import { keyOf, type Ingredient } from './hash.ts';

/** One column as its readers see it: by its folded name, in the order of the table. */
export interface ColumnKey {
  readonly name: string;
  readonly key: Key;
  /** Its values can differ between two builds of one meaning. */
  readonly tied: boolean;
}

/**
 * What a node means to its readers. There are two of each: code identity (sources by name) and build identity (sources
 * by snapshot, the clock by its instant, the engine by its settings).
 */
export interface NodeKeys {
  readonly rows: Key;
  readonly rowsTied: boolean;
  /** null: nobody knows the columns; whatever a reader uses is then the rows key. */
  readonly columns: readonly ColumnKey[] | null;
  readonly build: Key;
}

/** What a model's keys take from outside its shape. */
export interface KeyContext {
  /** `code` leaves snapshots, the clock, the engine and ties out. */
  readonly identity: 'code' | 'build';
  /** Folds a column name as the engine compares it. */
  readonly fold: (name: string) => string;
  /** The clock's two snapshots; not asked for in code identity. */
  readonly clock: { readonly date: string; readonly timestamp: string };
  /** Types that the author forces on columns, by folded name. */
  readonly forced: ReadonlyMap<string, string>;
  /** What matters to the table itself: engine fact, materialisation, storage. */
  readonly own: readonly Ingredient[];
}

export interface ModelKeys extends NodeKeys {
  /** Keys of the clauses that make up `rows`, in order. */
  readonly clauses: readonly Key[];
  /** Keys of the parts that matter to this table only, in order. */
  readonly own: readonly Key[];
  /** Inputs (by number) on whose very build this node's data depends. */
  readonly besides: ReadonlySet<number>;
}

/** Key of all rows and all columns, in order, with their names: what opaque constructs depend on. */
export const everythingOf = (keys: NodeKeys): Key =>
  keys.columns === null
    ? keys.rows
    : keyOf('everything', keys.rows, ...keys.columns.map((column) => [column.name, column.key]));

const anythingTied = (keys: NodeKeys): boolean =>
  keys.rowsTied || (keys.columns?.some((column) => column.tied) ?? false);

interface UsedKey {
  readonly key: Key;
  readonly tied: boolean;
}

function usedKey(use: Use, input: NodeKeys, fold: (name: string) => string): UsedKey {
  if (use.type === 'rows') return { key: input.rows, tied: input.rowsTied };
  if (use.type === 'everything' || input.columns === null) {
    return { key: everythingOf(input), tied: anythingTied(input) };
  }
  const column = input.columns.find((one) => one.name === fold(use.column));
  // A column that is not there is an error of the plan; until it is shown, the use sees everything.
  return column ?? { key: everythingOf(input), tied: anythingTied(input) };
}

interface KeyedPart {
  readonly key: Key;
  readonly tied: boolean;
  readonly besides: readonly number[];
}

function keyOfPart(part: Part, inputs: readonly NodeKeys[], context: KeyContext): KeyedPart {
  const ordered = part.ties.some((tie) => tie.kind === 'order');
  const ingredients: Ingredient[] = [part.canonical];
  const besides: number[] = [];
  const ranks = new Map<number, number>();
  for (const use of part.uses) {
    const input = inputs[use.input];
    if (input === undefined) throw new Error(`a part uses input ${use.input} of ${inputs.length}`);
    const used = usedKey(use, input, context.fold);
    const beside = context.identity === 'build' && (used.tied || ordered);
    // The text's own order of inputs moves with CTEs that are written in another order; their order here does not.
    const rank = ranks.get(use.input) ?? ranks.size;
    ranks.set(use.input, rank);
    ingredients.push([rank, use.type, used.key, beside || ordered ? input.build : null]);
    if (beside) besides.push(use.input);
  }
  if (context.identity === 'code') return { key: keyOf('part', ...ingredients), tied: false, besides };
  for (const family of part.clocks) ingredients.push([family, context.clock[family]]);
  return { key: keyOf('part', ...ingredients), tied: part.ties.length > 0 || besides.length > 0, besides };
}

/** Keys of a query over its inputs' keys, which stand at the indexes that its shape uses. */
export function modelKeys(shape: Shape, inputs: readonly NodeKeys[], context: KeyContext): ModelKeys {
  const clauses = shape.rows.map((part) => keyOfPart(part, inputs, context));
  const own = shape.own.map((part) => keyOfPart(part, inputs, context));
  const outputs = shape.columns?.map((column: OutputColumn) => {
    const name = context.fold(column.name);
    const part = keyOfPart(column, inputs, context);
    const type = context.forced.get(name);
    return { spelled: column.name, name, ...part, key: type === undefined ? part.key : keyOf('cast', part.key, type) };
  });
  // Where the columns are not known, whoever uses one depends on the rows: the forced types are in there.
  const casts = outputs === undefined ? [...context.forced].sort(([left], [right]) => (left < right ? -1 : 1)) : [];
  const rows = keyOf('rows', ...clauses.map((clause) => clause.key), ...casts);
  const columns = outputs?.map(({ name, key, tied }): ColumnKey => ({ name, key, tied })) ?? null;
  const spelled = outputs?.map((output): Ingredient => [output.spelled, output.key]) ?? null;
  return {
    rows,
    rowsTied: clauses.some((clause) => clause.tied),
    columns,
    build: keyOf(
      'build',
      rows,
      spelled,
      own.map((part) => part.key),
      ...context.own,
    ),
    clauses: clauses.map((clause) => clause.key),
    own: own.map((part) => part.key),
    besides: new Set([...clauses, ...(outputs ?? []), ...own].flatMap((part) => part.besides)),
  };
}

/** Keys of what comes from outside: `token` is the snapshot in build identity, the name and definition in code. */
export function leafKeys(options: {
  readonly token: Ingredient;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly live: boolean;
  readonly fold: (name: string) => string;
  readonly own: readonly Ingredient[];
}): NodeKeys {
  const rows = keyOf('leaf', options.token);
  const columns = options.columns.map(({ name, type }): ColumnKey => {
    const folded = options.fold(name);
    return { name: folded, key: keyOf('leaf-column', options.token, folded, type), tied: options.live };
  });
  const spelled = options.columns.map(({ name, type }): Ingredient => [name, type]);
  return { rows, rowsTied: options.live, columns, build: keyOf('build', rows, spelled, ...options.own) };
}
