import type { Branch, SetOperator } from '../structure.ts';
import { NO_ATOMS } from './atom-set.ts';
import { short, union } from './meaning.ts';
import type { Meaning } from './meaning.ts';
import { Table, allColumns } from './table.ts';
import type { Column, RowsPart } from './table.ts';

/** UNION, INTERSECT and EXCEPT of any number of branches, all at once: the texts tell how they nest. */
export function resolveSet(branches: readonly Branch[], resolveBranch: (body: Branch['body']) => Table): Table {
  const tables = branches.map((branch) => resolveBranch(branch.body));
  const operators = branches.flatMap((branch) => (branch.operator === null ? [] : [branch.operator]));
  const byName = operators.some((operator) => operator.byName);
  const columns = byName ? columnsByName(operators, tables) : columnsByPlace(operators, tables);
  const known = tables.every((table) => table.columns !== null);
  const compares = columns === null || (byName && !known) || operators.some((operator) => !isPlain(operator));
  return new Table({ parts: [setPart(operators, tables, compares)], columns });
}

/** UNION ALL looks at no value. */
const isPlain = (operator: SetOperator): boolean => operator.kind === 'union' && operator.all;

const operatorText = (operator: SetOperator): string =>
  `${operator.kind}${operator.all ? ' all' : ''}${operator.byName ? ' by name' : ''}`;

const labelOf = ([first]: readonly SetOperator[]): string => (first?.kind ?? 'union').toUpperCase();

const spanOf = (operators: readonly SetOperator[]): SetOperator['span'] => operators[0]?.span ?? { start: 0, end: 0 };

/** Which rows there are; where whole rows are compared, all columns decide. */
function setPart(operators: readonly SetOperator[], tables: readonly Table[], compares: boolean): RowsPart {
  const pieces: (string | Table)[] = [];
  for (const [index, table] of tables.entries()) {
    const operator = operators[index - 1];
    if (operator !== undefined) pieces.push(operatorText(operator));
    // An order within a branch can be seen by what reads the whole.
    pieces.push(
      table.order === null ? table : new Table({ parts: [...table.parts, table.order], columns: table.columns }),
    );
  }
  const all = compares ? tables.map((table) => allColumns(table)) : [];
  if (compares) pieces.push('compares', all.map(({ text }) => short(text)).join(' , '));
  return { label: labelOf(operators), pieces, atoms: union(all), span: spanOf(operators) };
}

function combine(operators: readonly SetOperator[], meanings: readonly Meaning[]): Meaning {
  const texts = meanings.map(({ text }, index) => {
    const operator = operators[index - 1];
    return operator === undefined ? short(text) : `${operator.kind} ${short(text)}`;
  });
  return { text: `set( ${texts.join(' , ')} )`, atoms: union(meanings) };
}

/** Columns by their place, named by the first branch; types come from all branches. */
function columnsByPlace(operators: readonly SetOperator[], tables: readonly Table[]): readonly Column[] | null {
  const [first, ...others] = tables;
  if (first === undefined || first.columns === null) return null;
  const count = first.columns.length;
  if (others.some(({ columns }) => columns !== null && columns.length !== count)) return null;
  return first.columns.map((column, index): Column => {
    const meanings = tables.map(
      (table): Meaning => table.columns?.[index]?.meaning ?? { text: '?', atoms: table.rows.atoms },
    );
    return meant(column, combine(operators, meanings));
  });
}

const meant = ({ name, folded, span }: Column, meaning: Meaning): Column => ({
  name,
  folded,
  span,
  meaning,
  ofRow: false,
});

function columnsByName(operators: readonly SetOperator[], tables: readonly Table[]): readonly Column[] | null {
  const names = new Map<string, Column>();
  for (const { columns } of tables) {
    if (columns === null) return null;
    for (const column of columns) {
      if (column.folded === null) return null;
      if (!names.has(column.folded)) names.set(column.folded, column);
    }
  }
  return [...names].map(([folded, column]): Column => {
    const meanings = tables.map(
      (table): Meaning => table.find(folded)[0]?.meaning ?? { text: 'null', atoms: NO_ATOMS },
    );
    return meant(column, combine(operators, meanings));
  });
}
