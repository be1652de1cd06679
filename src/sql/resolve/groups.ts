import type { Clause } from '../structure.ts';
import { keyMeanings, takesAll, wholeRows } from './clauses.ts';
import { union } from './meaning.ts';
import type { Outputs } from './outputs.ts';
import type { Resolver } from './resolver.ts';
import type { Scope } from './scope.ts';
import type { RowsPart } from './table.ts';

/** GROUP BY: its keys decide which rows there are. */
export function groupPart(resolver: Resolver, clause: Clause, scope: Scope, outputs: Outputs): RowsPart {
  const { label, span } = clause;
  if (takesAll(clause)) return allPart(clause, outputs);
  const keys = keyMeanings(resolver, clause, scope, outputs.list).map(({ key, tail }) => ({
    text: `${key.text} ${tail}`.trimEnd(),
    atoms: key.atoms,
  }));
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
    atoms |= all.atoms;
  }
  return { label, pieces, atoms, span };
}

/** The keys are all outputs that are no aggregates; what is unknown may be either. */
function allPart(clause: Clause, outputs: Outputs): RowsPart {
  const keys = wholeRows(outputs.list.filter((output) => !output.facts.aggregate));
  return { label: clause.label, pieces: ['group by all', keys.text], atoms: keys.atoms, span: clause.span };
}
