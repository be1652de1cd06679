/** What someone says of a query. */
export interface Opinion {
  /** Tables that it reads, CTEs not among them: dotted, in small letters, each once, sorted. */
  readonly tables: readonly string[];
  /** Names of its output columns in order; a column whose name it cannot tell is null. null: it cannot tell the columns. */
  readonly columns: readonly (string | null)[] | null;
}

/** Says nothing: the query is not of its dialect, or beyond it. */
export interface Silence {
  readonly silent: string;
}

export const isSilent = (one: Opinion | Silence): one is Silence => 'silent' in one;

export const sortedSet = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();

type Plain = Readonly<Record<string, unknown>>;

export const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object of a tree, outer ones first. */
export function* nodesOf(tree: unknown): Generator<Plain> {
  if (Array.isArray(tree)) for (const item of tree) yield* nodesOf(item);
  else if (isPlain(tree)) {
    yield tree;
    for (const value of Object.values(tree)) yield* nodesOf(value);
  }
}

/** A text at the end of a path of keys; null where there is none. */
export function textAt(tree: unknown, ...path: readonly (string | number)[]): string | null {
  let at: unknown = tree;
  for (const key of path) {
    at = Array.isArray(at) ? at[Number(key)] : isPlain(at) ? at[key] : undefined;
  }
  return typeof at === 'string' ? at : null;
}
