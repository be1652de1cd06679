import type { OutputColumn, Part, Shape, Tie, Use } from '../sql/contract.ts';

type WrittenPart = readonly [
  label: string,
  canonical: string,
  start: number,
  end: number,
  uses: readonly number[],
  ties: readonly number[],
  clocks: Part['clocks'],
];

/** A shape as a list that JSON writes shortly. Its parts share what they use, and what can differ: it is written once. */
type Written = readonly [
  uses: readonly Use[],
  ties: readonly Tie[],
  rows: readonly WrittenPart[],
  names: readonly string[] | null,
  columns: readonly WrittenPart[],
  own: readonly WrittenPart[],
  problems: Shape['problems'],
];

/** Gives each thing a number, the same one whenever it comes again. */
class Numbered<T> {
  readonly all: T[] = [];
  readonly #numbers = new Map<T, number>();

  of(things: readonly T[]): readonly number[] {
    return things.map((thing) => {
      const known = this.#numbers.get(thing);
      if (known !== undefined) return known;
      this.#numbers.set(thing, this.all.length);
      return this.all.push(thing) - 1;
    });
  }
}

export function writeShape({ rows, columns, own, problems }: Shape): string {
  const [uses, ties] = [new Numbered<Use>(), new Numbered<Tie>()];
  const part = (one: Part): WrittenPart => {
    const { label, canonical, span, clocks } = one;
    return [label, canonical, span.start, span.end, uses.of(one.uses), ties.of(one.ties), clocks];
  };
  const parts = [rows.map(part), (columns ?? []).map(part), own.map(part)] as const;
  const names = columns?.map(({ name }) => name) ?? null;
  const written: Written = [uses.all, ties.all, parts[0], names, parts[1], parts[2], problems];
  return JSON.stringify(written);
}

function picked<T>(all: readonly T[], numbers: readonly number[]): readonly T[] {
  return numbers.flatMap((number) => all[number] ?? []);
}

/** What `writeShape` wrote. */
export function readShape(text: string): Shape {
  const [uses, ties, rows, names, columns, own, problems] = JSON.parse(text) as Written;
  const part = ([label, canonical, start, end, used, tied, clocks]: WrittenPart): Part => ({
    label,
    canonical,
    uses: picked(uses, used),
    ties: picked(ties, tied),
    clocks,
    span: { start, end },
  });
  const column = (written: WrittenPart, index: number): OutputColumn => ({
    name: names?.[index] ?? '',
    ...part(written),
  });
  return { rows: rows.map(part), columns: names === null ? null : columns.map(column), own: own.map(part), problems };
}
