import type { Source } from './scope.ts';

/** Up to so many tables are searched one by one. */
export const FEW = 8;

/** How names find their tables where one FROM has many. */
export class SourceIndex {
  readonly #sources: readonly Source[];
  readonly #titled = new Map<string, Source[]>();
  readonly #owners = new Map<string, Source[]>();
  /** Tables with columns that nobody knows, or whose names nobody knows. */
  readonly #vague: Source[] = [];
  #indexed = 0;

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
    for (const source of sources) this.add(source);
  }

  add(source: Source): void {
    append(this.#titled, source.names.at(-1) ?? '', source);
  }

  titled(name: string): readonly Source[] {
    return this.#titled.get(name) ?? NONE;
  }

  /** Those that have a column of that name. */
  owners(column: string): readonly Source[] {
    this.#catchUp();
    return this.#owners.get(column) ?? NONE;
  }

  /** Those that may have any column. */
  get vague(): readonly Source[] {
    this.#catchUp();
    return this.#vague;
  }

  /** Columns are looked at only where a name without a table asks for them. */
  #catchUp(): void {
    for (; this.#indexed < this.#sources.length; this.#indexed++) {
      const source = this.#sources[this.#indexed];
      if (source === undefined) return;
      if (isVague(source)) this.#vague.push(source);
      for (const name of source.table.foldedNames()) append(this.#owners, name, source);
    }
  }
}

/** Whether it may have columns that its known names do not tell. */
export const isVague = ({ table }: Source): boolean => !table.columnsKnown || table.nameless.length > 0;

const NONE: readonly Source[] = [];

function append(map: Map<string, Source[]>, name: string, source: Source): void {
  const same = map.get(name);
  if (same === undefined) map.set(name, [source]);
  else same.push(source);
}
