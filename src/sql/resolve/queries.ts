import type { Body, Query } from '../structure.ts';
import { plus } from './atom-set.ts';
import { resolveCtes } from './ctes.ts';
import { resolveExpression } from './expressions.ts';
import { limitPart, resolveOrder } from './limits.ts';
import { clausePart } from './clauses.ts';
import { NO_FACTS } from '../facts.ts';
import type { Output } from './outputs.ts';
import type { Resolver } from './resolver.ts';
import { Scope } from './scope.ts';
import { resolveSelect } from './selects.ts';
import type { Tail } from './selects.ts';
import { resolveSet } from './sets.ts';
import { Table, everything } from './table.ts';
import type { RowsPart } from './table.ts';
import { resolveValues } from './values.ts';

/** What a query within another gives. Its order counts as meaning, because aggregates round it can see it. */
export function resolveInner(resolver: Resolver, query: Query, parent: Scope | null): Table {
  const table = resolveQuery(resolver, query, parent);
  const { order, columns, unique, title } = table;
  return order === null ? table : new Table({ parts: [...table.parts, order], columns, unique }, title);
}

/** What a query gives, with an order that is not cut by a LIMIT kept apart. */
export function resolveQuery(resolver: Resolver, query: Query, parent: Scope | null): Table {
  resolveCtes(resolver, query.ctes, parent);
  if (query.body.type === 'select') return resolveSelect(resolver, query.body, query, parent);
  return withTail(resolver, resolveBody(resolver, query.body, parent), query, parent);
}

/** A branch of a set operation, or a body in brackets. */
export function resolveBody(resolver: Resolver, body: Body, parent: Scope | null): Table {
  switch (body.type) {
    case 'select':
      return resolveSelect(resolver, body, NO_TAIL, parent);
    case 'nested':
      return resolveInner(resolver, body.query, parent);
    case 'set':
      return resolveSet(body.branches, (branch) => resolveBody(resolver, branch, parent));
    case 'values':
      return resolveValues(resolver, body, parent);
    case 'opaque':
      return resolveOpaque(resolver, body, parent);
  }
}

const NO_CHOICE = { groups: null, distinct: false };
const NO_TAIL: Tail = { order: null, limit: null, rest: null };

function resolveOpaque(resolver: Resolver, body: Extract<Body, { type: 'opaque' }>, parent: Scope | null): Table {
  const scope = new Scope(parent);
  scope.loose = true;
  const meaning = resolveExpression(resolver, body.expression, scope, 'none');
  const part: RowsPart = {
    label: body.label,
    pieces: [meaning.text],
    atoms: meaning.atoms,
    span: body.expression.span,
  };
  return new Table({ parts: [part], columns: null });
}

/** ORDER BY and LIMIT behind something that is no SELECT see its columns only. */
function withTail(resolver: Resolver, table: Table, tail: Tail, parent: Scope | null): Table {
  if (tail.order === null && tail.limit === null && tail.rest === null) return table;
  const scope = new Scope(parent);
  const source = scope.add(table, []);
  const outputs = (table.columns ?? []).map((column): Output => {
    const { name, folded, span } = column;
    return {
      name,
      folded,
      meaning: scope.reference(source, column, scope),
      facts: NO_FACTS,
      ofRow: column.ofRow,
      span,
    };
  });
  const parts = [...table.parts];
  let { columns } = table;
  const order = resolveOrder(resolver, tail.order, scope, outputs);
  if (tail.limit !== null) parts.push(limitPart(resolver, tail.limit, order, scope, outputs, NO_CHOICE));
  if (tail.rest !== null) {
    const all = everything(table);
    const part = clausePart(resolver, tail.rest, scope, 'none');
    parts.push({ ...part, pieces: [...part.pieces, all.text], atoms: plus(part.atoms, all.atoms) });
    columns = null;
  }
  const own = tail.limit === null ? (order?.part ?? table.order) : table.order;
  return new Table({ parts, columns, unique: table.unique, order: own }, table.title);
}
