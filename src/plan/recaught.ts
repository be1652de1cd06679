import type { NodeName } from '../model/ids.ts';
import { positionIn } from '../model/position.ts';
import { warning, type Problem } from '../model/problems.ts';
import type { InputTable, Part, Shape, Use } from '../sql/contract.ts';
import type { Step } from './core.ts';
import type { BoundSql } from './graph.ts';
import type { Identity } from './identity.ts';
import type { Meanings } from './meanings.ts';
import type { ResolveSql } from './reader.ts';
import type { Version } from './version.ts';

type ColumnUse = Extract<Use, { type: 'column' }>;

const columnUses = (part: Part): readonly ColumnUse[] =>
  part.uses.filter((use): use is ColumnUse => use.type === 'column');

/** Columns that an input had in the compared version. */
export function formerTable(name: NodeName, compared: Version, meanings: Meanings): InputTable {
  const entry = compared.nodes.get(name)?.entry;
  const meaning = entry?.code ? meanings.get(entry.code) : undefined;
  const recorded = meaning?.columns?.map((column) => ({ name: column.label, type: null })) ?? null;
  return { columns: entry?.fact?.columns ?? recorded, unique: [] };
}

interface Caught {
  readonly part: Part;
  readonly column: string;
  readonly from: number | null;
  readonly to: number;
}

/** The part took all columns of an input as they come (a star, a whole row): no name of it could be caught. */
function tookAll(before: Part, input: number, former: readonly InputTable[]): boolean {
  const columns = former[input]?.columns ?? null;
  const used = new Set(columnUses(before).flatMap((use) => (use.input === input ? [use.column] : [])));
  return columns === null || columns.every((column) => used.has(column.name));
}

/** A name of a part that was one input's column, or an alias, and is another input's column now. */
function caughtIn(before: Part, after: Part, former: readonly InputTable[]): Caught | null {
  if (before.uses.some((use) => use.type === 'everything')) return null;
  const was = columnUses(before);
  for (const use of columnUses(after)) {
    if (was.some((one) => one.input === use.input && one.column === use.column)) continue;
    const lost = was.find((one) => one.column === use.column && one.input !== use.input);
    const known = former[use.input]?.columns?.some((column) => column.name === use.column) ?? true;
    if (lost !== undefined) return { part: after, column: use.column, from: lost.input, to: use.input };
    if (!known && !tookAll(before, use.input, former))
      return { part: after, column: use.column, from: null, to: use.input };
  }
  return null;
}

function caughtBetween(before: Shape, after: Shape, former: readonly InputTable[]): readonly Caught[] {
  const pairs = [
    ...after.rows.map((part) => [before.rows.find((one) => one.label === part.label), part] as const),
    ...(after.columns ?? []).map((part) => [before.columns?.find((one) => one.name === part.name), part] as const),
  ];
  return pairs.flatMap(([was, now]) => {
    const found = was === undefined ? null : caughtIn(was, now, former);
    return found === null ? [] : [found];
  });
}

const say = ({ part, column, from, to }: Caught, bound: BoundSql): Problem => {
  const meant = from === null ? 'an alias' : `the column of \`${bound.inputs[from] ?? ''}\``;
  const means = `\`${column}\` means the column of \`${bound.inputs[to] ?? ''}\` now; it meant ${meant} before.`;
  return warning('column-recaught', means, {
    at: positionIn(bound.sql, part.span.start),
    hint: 'Qualify the name with its table to say which one is meant.',
  });
};

/** Whether an input has the columns that it had, in their order: no name that stood for one can stand for another. */
function isAsItWas(former: InputTable, present: Identity | undefined, fold: (name: string) => string): boolean {
  const columns = present?.seen().columns ?? null;
  if (columns === null || former.columns?.length !== columns.length) return false;
  return former.columns.every(({ name }, index) => fold(name) === fold(columns[index] ?? ''));
}

/** Readers whose text is as it was, but whose names another table catches now: they are built, and this is said. */
export function recaught(
  steps: readonly Step[],
  compared: Version | null,
  meanings: Meanings,
  { resolve, fold }: { readonly resolve: ResolveSql; readonly fold: (name: string) => string },
): readonly Problem[] {
  if (compared === null) return [];
  const present = new Map(steps.map(({ name, target }) => [name, target?.identity]));
  return steps.flatMap(({ change, target }) => {
    const bound = target?.graphNode.bound;
    if (change !== 'indirect' || !bound) return [];
    const former = bound.inputs.map((name) => formerTable(name, compared, meanings));
    const still = (name: NodeName, index: number): boolean => {
      const was = former[index];
      return was !== undefined && isAsItWas(was, present.get(name), fold);
    };
    if (bound.inputs.every(still)) return [];
    const shape = target.identity.shape();
    if (shape === null) return [];
    return caughtBetween(resolve(bound.reading(), former), shape, former).map((one) => say(one, bound));
  });
}
