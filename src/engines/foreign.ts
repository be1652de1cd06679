import { problem, refuse, type Problem } from '../model/problems.ts';
import type { ForeignColumn } from '../sources/contract.ts';
import type { ForeignRead } from './contract.ts';
import { declaredTypes } from './declared.ts';

/** A column that cannot be taken in as it is: the cast that makes it into one that can. */
export interface Unheld {
  readonly cast: string;
}

const isUnheld = (one: object): one is Unheld => 'cast' in one;

interface Taking<T extends object> {
  /** What people call the engine. */
  readonly engine: string;
  /** As declared columns are matched with those of the data. */
  readonly matched: (name: string) => string;
  /** As the engine compares names of columns. */
  readonly fold: (name: string) => string;
  /** How one column comes in; `declared` is the type that its author wants. */
  readonly landingOf: (column: ForeignColumn, declared: string | null) => T | Unheld;
}

/**
 * How an engine takes in each column of a source. Refuses, all at once, columns that are not there, those that cannot be
 * held, and names that are one to the engine.
 */
export function takenIn<T extends object>(
  { node, rows, declared }: ForeignRead,
  { engine, matched, fold, landingOf }: Taking<T>,
): readonly T[] {
  const present = rows.columns.map(({ name, written }) => ({ name, type: written }));
  const types = declaredTypes(node, declared, present, matched);
  const problems: Problem[] = [];
  const names = new Set<string>();
  const taken = rows.columns.flatMap((column): readonly T[] => {
    if (names.has(fold(column.name))) problems.push(twice(node, column.name, engine));
    names.add(fold(column.name));
    const landing = landingOf(column, types.get(column.name) ?? null);
    if (!isUnheld(landing)) return [landing];
    problems.push(unheld(node, column, engine, landing));
    return [];
  });
  refuse(problems);
  return taken;
}

const twice = (node: string, name: string, engine: string): Problem =>
  problem('source-columns', `\`${node}\` has two columns \`${name}\`, and to ${engine} they are one.`, {
    hint: `Name the columns in a query: \`query: SELECT …, ${name} AS …\`.`,
  });

function unheld(node: string, { name, written }: ForeignColumn, engine: string, { cast }: Unheld): Problem {
  const message = `\`${node}\`: ${engine} cannot hold column \`${name}\` as it is, of type \`${written}\`.`;
  return problem('source-columns', message, {
    hint: `Cast it, in a query instead of \`table:\`:\n  query: SELECT …, ${name}::${cast} AS ${name} FROM …`,
  });
}
