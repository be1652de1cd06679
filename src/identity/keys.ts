import type { Key } from '../model/ids.ts';
import type { OutputColumn, Part, Shape, Use } from '../sql/contract.ts';
import { keyOf, keyOfJson, type Ingredient } from './hash.ts';

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
  const name = use.type === 'column' ? fold(use.column) : null;
  const column = name === null ? undefined : input.columns?.find((one) => one.name === name);
  // A column that is not there is an error of the plan; until it is shown, the use sees everything.
  return column ?? { key: everythingOf(input), tied: anythingTied(input) };
}

/** One calculation of keys. The parts of a shape share their uses: each is looked up once. */
interface Calculation {
  readonly inputs: readonly NodeKeys[];
  readonly context: KeyContext;
  readonly used: Map<Use, UsedKey>;
}

function lookUp(use: Use, input: NodeKeys, { used, context }: Calculation): UsedKey {
  const known = used.get(use);
  if (known !== undefined) return known;
  const found = usedKey(use, input, context.fold);
  used.set(use, found);
  return found;
}

interface KeyedPart {
  readonly key: Key;
  readonly tied: boolean;
  readonly besides: readonly number[];
}

const NONE: readonly number[] = [];

function keyOfPart(part: Part, calculation: Calculation): KeyedPart {
  const { inputs, context } = calculation;
  const building = context.identity === 'build';
  const ordered = part.ties.some((tie) => tie.kind === 'order');
  let ingredients = JSON.stringify(part.canonical);
  const besides: number[] = [];
  const ranks: number[] = [];
  for (const use of part.uses) {
    const input = inputs[use.input];
    if (input === undefined) throw new Error(`a part uses input ${use.input} of ${inputs.length}`);
    const used = lookUp(use, input, calculation);
    const beside = building && (used.tied || ordered);
    // The text's own order of inputs moves with CTEs that are written in another order; their order here does not.
    let rank = ranks.indexOf(use.input);
    if (rank === -1) rank = ranks.push(use.input) - 1;
    const build = beside || ordered ? `"${input.build}"` : 'null';
    ingredients += `,[${rank},"${use.type}","${used.key}",${build}]`;
    if (beside) besides.push(use.input);
  }
  if (building) for (const family of part.clocks) ingredients += `,${JSON.stringify([family, context.clock[family]])}`;
  const tied = building && (part.ties.length > 0 || besides.length > 0);
  return { key: keyOfJson('part', `[${ingredients}]`), tied, besides: besides.length === 0 ? NONE : besides };
}

/** Keys of a query over its inputs' keys, which stand at the indexes that its shape uses. */
export function modelKeys(shape: Shape, inputs: readonly NodeKeys[], context: KeyContext): ModelKeys {
  const calculation: Calculation = { inputs, context, used: new Map() };
  const clauses = shape.rows.map((part) => keyOfPart(part, calculation));
  const own = shape.own.map((part) => keyOfPart(part, calculation));
  const outputs = shape.columns?.map((column: OutputColumn) => {
    const name = context.fold(column.name);
    const { key, tied, besides } = keyOfPart(column, calculation);
    const type = context.forced.get(name);
    return { spelled: column.name, name, key: type === undefined ? key : keyOf('cast', key, type), tied, besides };
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
