import type { Clause } from '../structure.ts';
import { plus } from './atom-set.ts';
import { takesAll, wholeRows } from './clauses.ts';
import type { ListKey } from './clauses.ts';
import { union } from './meaning.ts';
import type { Outputs } from './outputs.ts';
import type { RowsPart } from './table.ts';

/** GROUP BY: its keys decide which rows there are. */
export function groupPart(clause: Clause, list: readonly ListKey[], outputs: Outputs): RowsPart {
  const { label, span } = clause;
  if (takesAll(clause)) return allPart(clause, outputs);
  const keys = list.map(({ key, tail }) => ({ text: `${key.text} ${tail}`.trimEnd(), atoms: key.atoms }));
  const pieces = ['group by', keys.map((key) => key.text).join(' , ')];
  let atoms = union(keys);
  // `rollup(1, 2)`: numbers within may stand for outputs.
  if (
    clause.list.some(
      ({ items }) => items.length > 1 && items.some((item) => typeof item === 'string' && /^\d+$/.test(item)),
    )
  ) {
    const all = wholeRows(outputs.list.filter((output) => !output.facts.aggregate));
    pieces.push(all.text);
    atoms = plus(atoms, all.atoms);
  }
  return { label, pieces, atoms, span };
}

/** The keys are all outputs that are no aggregates; what is unknown may be either. */
function allPart(clause: Clause, outputs: Outputs): RowsPart {
  const keys = wholeRows(outputs.list.filter((output) => !output.facts.aggregate));
  return { label: clause.label, pieces: ['group by all', keys.text], atoms: keys.atoms, span: clause.span };
}

/** Texts of the keys of a plain GROUP BY: ordering by all of them leaves no ties. */
export function groupTexts(clause: Clause, list: readonly ListKey[]): readonly string[] | null {
  if (takesAll(clause)) return null;
  if (clause.list.some((item) => item.items.some((piece) => piece === '('))) return null;
  return list.map(({ key }) => key.text);
}
