import { NO_FACTS } from '../facts.ts';
import type { Body, Cte, Query } from '../structure.ts';
import { NO_ATOMS, plus } from './atom-set.ts';
import type { AtomSet } from './atom-set.ts';
import { resolveExpression } from './expressions.ts';
import { union } from './meaning.ts';
import type { Resolver } from './resolver.ts';
import { Scope } from './scope.ts';
import { Table, everything } from './table.ts';
import type { Column } from './table.ts';

/** Resolves those CTEs of a WITH that something reads, each once and in order. */
export function resolveCtes(resolver: Resolver, ctes: readonly Cte[], parent: Scope | null): void {
  for (const cte of ctes) {
    if (!resolver.usedCtes.has(cte.id)) continue;
    const table = cte.recursive ? resolveRecursive(resolver, cte, parent) : resolver.query(cte.query, parent);
    const complete = withRest(resolver, cte, table, parent);
    resolver.ctes.set(cte.id, shared(resolver, cte, renamed(resolver, cte, complete)).titled(cte.name.text));
  }
}

/** What differs by itself is the same for all that read one CTE, and not for two queries of one text. */
function shared(resolver: Resolver, cte: Cte, table: Table): Table {
  const isShared = !cte.inlined && (resolver.usedCtes.get(cte.id) ?? 0) > 1;
  if (!isShared || !resolver.atoms.anyVolatile) return table;
  if (!resolver.atoms.isVolatile(everything(table).atoms)) return table;
  resolver.shared++;
  const part = { label: 'WITH', pieces: [`shared ${resolver.shared}`, table], atoms: NO_ATOMS, span: cte.query.span };
  return new Table({ parts: [part], columns: table.columns, unique: table.unique, order: table.order });
}

function withRest(resolver: Resolver, cte: Cte, table: Table, parent: Scope | null): Table {
  if (cte.rest === null) return table;
  const scope = new Scope(parent);
  // Its names are columns of the CTE itself, and new ones.
  const { quiet } = resolver;
  resolver.quiet = true;
  const rest = cte.rest.list.map((expression) =>
    resolveExpression(resolver, { ...expression, facts: NO_FACTS }, scope, 'none'),
  );
  resolver.quiet = quiet;
  const all = everything(table);
  const pieces = [all.text, ...rest.map(({ text }) => text)];
  return new Table({
    parts: [{ label: 'WITH', pieces, atoms: plus(all.atoms, union(rest)), span: cte.rest.span }],
    columns: null,
  });
}

function renamed(resolver: Resolver, cte: Cte, table: Table): Table {
  const { columns: names } = cte;
  if (names === null || table.columns === null) return table;
  const columns = table.columns.map((column, index): Column => {
    const name = names[index];
    return name === undefined ? column : copied(column, name, resolver.fold(name));
  });
  return new Table({ parts: table.parts, columns, unique: table.unique });
}

const copied = ({ meaning, ofRow, span }: Column, name: string, folded: string): Column => ({
  name,
  folded,
  meaning,
  ofRow,
  span,
});

/**
 * A CTE that reads itself: every column of it hangs on all that it holds. Its columns are known by name from its first
 * branch, which cannot read it.
 */
function resolveRecursive(resolver: Resolver, cte: Cte, parent: Scope | null): Table {
  const { span } = cte.query;
  const part = { label: 'WITH RECURSIVE', pieces: [`self${parent?.depth ?? -1}`], atoms: NO_ATOMS, span };
  resolver.ctes.set(cte.id, new Table({ parts: [part], columns: null }));
  const names = cte.columns ?? anchorNames(resolver, cte.query, parent);
  const column = (name: string, text: string, atoms: AtomSet): Column => {
    return { name, folded: resolver.fold(name), meaning: { text, atoms }, ofRow: false, span };
  };
  const self = names?.map((name, index) => column(name, `self${index}`, NO_ATOMS)) ?? null;
  resolver.ctes.set(cte.id, new Table({ parts: [part], columns: self }));
  const whole = everything(resolver.query(cte.query, parent));
  const columns = names?.map((name, index) => column(name, `recursive${index}`, whole.atoms)) ?? null;
  return new Table({ parts: [{ label: 'WITH RECURSIVE', pieces: [whole.text], atoms: whole.atoms, span }], columns });
}

function anchorNames(resolver: Resolver, query: Query, parent: Scope | null): readonly string[] | null {
  // The first branch is resolved once more for its names; within one another that would double at each level.
  if (resolver.anchors >= MOST_ANCHORS) return null;
  resolver.anchors++;
  const body = unwrapped(query.body);
  if (body.type !== 'set' || query.ctes.length > 0) return null;
  const [first] = body.branches;
  if (first === undefined) return null;
  const anchor: Query = { ...query, body: first.body, order: null, limit: null, rest: null };
  const { columns } = resolver.query(anchor, parent);
  const names = columns?.map(({ name }) => name) ?? [null];
  return names.every((name) => name !== null) ? names : null;
}

const MOST_ANCHORS = 50;

const unwrapped = (body: Body): Body => (body.type === 'nested' ? unwrapped(body.query.body) : body);
