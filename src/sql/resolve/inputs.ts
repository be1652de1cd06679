import type { Span } from '../../model/problems.ts';
import type { InputTable } from '../contract.ts';
import { quoteName } from '../context.ts';
import type { Meaning } from './meaning.ts';
import type { Resolver } from './resolver.ts';
import { NOTHING_UNIQUE, Table } from './table.ts';
import type { Column, RowsPart } from './table.ts';

/** One mention of an input as a table. */
export function inputTable(resolver: Resolver, input: number, span: Span): Table {
  const number = resolver.order[input] ?? 0;
  const known = resolver.inputs[input]?.columns ?? null;
  const atoms = resolver.atoms.use({ input, type: known === null ? 'everything' : 'rows' });
  const parts: RowsPart[] = [{ label: 'FROM', pieces: [`#${number}`], atoms, span }];
  if (known === null) return new Table({ parts, columns: null });
  return new Mention(resolver, input, parts, span);
}

/** Places of columns by folded name; models share inputs, so it is worth keeping. */
const places = new WeakMap<object, ReadonlyMap<string, number>>();

function placesOf(columns: NonNullable<InputTable['columns']>, resolver: Resolver): ReadonlyMap<string, number> {
  const known = places.get(columns);
  if (known !== undefined) return known;
  const found = new Map<string, number>();
  for (const [index, { name }] of columns.entries()) {
    const folded = resolver.fold(name);
    if (!found.has(folded)) found.set(folded, index);
  }
  places.set(columns, found);
  return found;
}

/** Its columns are made only as they are asked for, because few of many are used. */
class Mention extends Table {
  readonly #resolver: Resolver;
  readonly #input: number;
  readonly #span: Span;
  readonly #made: (Column | undefined)[] = [];
  #all: readonly Column[] | null = null;

  constructor(resolver: Resolver, input: number, parts: readonly RowsPart[], span: Span) {
    const sets = resolver.inputs[input]?.unique ?? NOTHING_UNIQUE;
    const unique = sets.length === 0 ? sets : sets.map((set) => set.map((name) => quoteName(resolver.fold(name))));
    super({ parts, columns: NONE, unique });
    this.#resolver = resolver;
    this.#input = input;
    this.#span = span;
  }

  get #known(): NonNullable<InputTable['columns']> {
    return this.#resolver.inputs[this.#input]?.columns ?? [];
  }

  override get columns(): readonly Column[] {
    this.#all ??= this.#known.map((_, index) => this.#make(index));
    return this.#all;
  }

  override find(folded: string): readonly Column[] {
    const index = placesOf(this.#known, this.#resolver).get(folded);
    return index === undefined ? NONE : [this.#make(index)];
  }

  override foldedNames(): Iterable<string> {
    return placesOf(this.#known, this.#resolver).keys();
  }

  override get nameless(): readonly Column[] {
    return NONE;
  }

  #make(index: number): Column {
    const name = this.#known[index]?.name ?? '';
    this.#made[index] ??= new InputColumn(this.#resolver, this.#input, name, this.#span);
    return this.#made[index];
  }
}

const NONE: readonly Column[] = [];

/** A column of an input; it counts as used only where its meaning is asked for. */
class InputColumn implements Column {
  readonly name: string;
  readonly folded: string;
  readonly span: Span;
  readonly ofRow = true;
  readonly #resolver: Resolver;
  readonly #input: number;
  #meaning: Meaning | null = null;

  constructor(resolver: Resolver, input: number, name: string, span: Span) {
    this.name = name;
    this.folded = resolver.fold(name);
    this.span = span;
    this.#resolver = resolver;
    this.#input = input;
  }

  get meaning(): Meaning {
    this.#meaning ??= {
      text: quoteName(this.folded),
      atoms: this.#resolver.atoms.use({ input: this.#input, type: 'column', column: this.name }),
    };
    return this.#meaning;
  }
}
