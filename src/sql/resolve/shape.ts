import type { OutputColumn, Part, Shape } from '../contract.ts';
import { plus } from './atom-set.ts';
import type { AtomSet } from './atom-set.ts';
import type { Atoms } from './meaning.ts';
import type { Resolver } from './resolver.ts';
import { allColumns } from './table.ts';
import type { RowsPart, Table } from './table.ts';

/** A resolved query as plain data. */
export function shapeOf(resolver: Resolver, table: Table): Shape {
  const { atoms, problems } = resolver;
  const columns = table.columns?.every((column) => column.name !== null) === true ? outputs(table, atoms) : null;
  const rows = flatten(table, atoms);
  if (columns === null && table.columns !== null) rows.push(columnsPart(table, atoms));
  const own =
    table.order === null
      ? []
      : [
          partOf(
            table.order,
            partText(table.order, () => ''),
            atoms,
          ),
        ];
  const ordered = problems.toSorted((left, right) => left.span.start - right.span.start);
  return { rows, columns, own, problems: ordered };
}

function outputs(table: Table, atoms: Atoms): OutputColumn[] {
  return (table.columns ?? []).map(({ name, folded, meaning, span }) => {
    return {
      name: name ?? '',
      label: `column ${folded ?? ''}`,
      canonical: meaning.text,
      ...atoms.expand(meaning.atoms),
      span,
    };
  });
}

/** Columns of which one has a name that nobody knows count as one. */
function columnsPart(table: Table, atoms: Atoms): Part {
  const all = allColumns(table);
  const span = table.columns?.[0]?.span ?? { start: 0, end: 0 };
  const names = JSON.stringify((table.columns ?? []).map(({ name }) => name));
  return { label: 'SELECT', canonical: `${names} ${all.text}`, ...atoms.expand(all.atoms), span };
}

/**
 * The clauses of a query and of all queries that it reads, each once, so that a reason can name the very clause that
 * changed. A clause mentions a query by its number in this order.
 */
function flatten(top: Table, atoms: Atoms): Part[] {
  const numbers = new Map<Table['parts'], number>([[top.parts, 0]]);
  const queue: { readonly parts: readonly RowsPart[]; readonly title: string | null }[] = [
    { parts: top.parts, title: null },
  ];
  const result: Part[] = [];
  const labels = new Map<string, number>();
  for (let at = 0; at < queue.length; at++) {
    const { parts, title } = queue[at] ?? { parts: [], title: null };
    const nameOf = (table: Table): string => {
      if (isInput(table)) return partText(table.parts[0], () => '');
      const known = numbers.get(table.parts);
      if (known !== undefined) return `@${known}`;
      numbers.set(table.parts, queue.length);
      queue.push({ parts: table.parts, title: table.title });
      return `@${queue.length - 1}`;
    };
    for (const part of parts) {
      const label =
        title === null ? (at === 0 ? part.label : `${part.label} of a subquery`) : `${part.label} of ${title}`;
      result.push(partOf({ ...part, label: unlike(labels, label) }, partText(part, nameOf), atoms, inputAtoms(part)));
    }
  }
  return result;
}

/** A second `WHERE of paid` is `WHERE of paid (2)`. */
function unlike(labels: Map<string, number>, label: string): string {
  const count = (labels.get(label) ?? 0) + 1;
  labels.set(label, count);
  return count === 1 ? label : `${label} (${count})`;
}

const isInput = (table: Table): boolean => {
  const [only, second] = table.parts;
  const [piece, more] = only?.pieces ?? [];
  return second === undefined && more === undefined && typeof piece === 'string' && /^#\d+$/.test(piece);
};

function inputAtoms(part: RowsPart): AtomSet {
  let { atoms } = part;
  for (const piece of part.pieces)
    if (typeof piece !== 'string' && isInput(piece)) atoms = plus(atoms, piece.rows.atoms);
  return atoms;
}

const partText = (part: RowsPart | undefined, nameOf: (table: Table) => string): string =>
  (part?.pieces ?? []).map((piece) => (typeof piece === 'string' ? piece : nameOf(piece))).join(' ');

const partOf = (part: RowsPart, canonical: string, atoms: Atoms, members = part.atoms): Part => ({
  label: part.label,
  canonical,
  ...atoms.expand(members),
  span: part.span,
});
