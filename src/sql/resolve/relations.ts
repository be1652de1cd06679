import { spelledName } from '../dialects.ts';
import type { Relation } from '../structure.ts';
import { NO_ATOMS, plus } from './atom-set.ts';
import { distinctNames } from './columns.ts';
import { allInSight, resolveExpression } from './expressions.ts';
import { inputTable } from './inputs.ts';
import { joined } from './meaning.ts';
import type { Resolver } from './resolver.ts';
import { Scope } from './scope.ts';
import { Table, everything } from './table.ts';
import type { Column, RowsPart } from './table.ts';

/** The table that a mention in FROM stands for; `scope` holds the tables before it, which it may lean on. */
export function resolveRelation(resolver: Resolver, relation: Relation, scope: Scope): Table {
  const base = renamed(resolver, relation, resolveSource(resolver, relation, scope));
  if (relation.suffix === null) return base;
  const inner = new Scope(scope);
  inner.loose = true;
  inner.add(base, relation.names);
  const suffix = resolveExpression(resolver, relation.suffix, inner, 'none');
  const all = RESHAPES.test(suffix.text) ? joined([everything(base), allInSight(scope)], ' ') : everything(base);
  const part: RowsPart = {
    label: 'FROM',
    pieces: [all.text, suffix.text],
    atoms: plus(all.atoms, suffix.atoms),
    span: relation.span,
  };
  return new Table({ parts: [part], columns: keepsColumns(suffix.text) ? base.columns : null }, base.title);
}

/** A sample takes rows away and leaves the columns, and so do parts of a table. */
const keepsColumns = (suffix: string): boolean => TAKES_ROWS.test(suffix) && !RESHAPES.test(suffix);

const TAKES_ROWS = /^(?:only|tablesample|sample|(?:temporary )?partitions?|tablets?)\b/i;
/** These take in all columns of all tables that they are joined with. */
const RESHAPES = /\b(?:pivot|unpivot|match_recognize)\b/i;

function resolveSource(resolver: Resolver, relation: Relation, scope: Scope): Table {
  const { source } = relation;
  switch (source.type) {
    case 'input':
      return inputTable(resolver, source.input, relation.span);
    case 'cte': {
      const table = resolver.ctes.get(source.id);
      return table ?? unresolved(relation);
    }
    case 'query': {
      const table = resolver.query(source.query, scope);
      return relation.alias === null ? table : table.titled(relation.alias.text);
    }
    case 'function':
      return functionTable(resolver, relation, scope);
  }
}

/** A CTE that reads itself by a way that is not understood. */
const unresolved = (relation: Relation): Table =>
  new Table({ parts: [{ label: 'FROM', pieces: ['cycle'], atoms: NO_ATOMS, span: relation.span }], columns: null });

/** Table functions whose one column bears their name. */
const ONE_COLUMN = new Set(['unnest', 'generate_series', 'range']);

function functionTable(resolver: Resolver, relation: Relation, scope: Scope): Table {
  const { source, span } = relation;
  if (source.type !== 'function') return unresolved(relation);
  const { name } = source;
  const { quiet } = resolver;
  // `header = true`: names of arguments look like columns.
  resolver.quiet = quiet || name === null || !ONE_COLUMN.has(name);
  const call = resolveExpression(resolver, source.call, scope, 'none');
  resolver.quiet = quiet;
  const parts: RowsPart[] = [{ label: 'FROM', pieces: [call.text], atoms: call.atoms, span }];
  if (name === null || !ONE_COLUMN.has(name) || resolver.rules.dialect !== 'duckdb' || relation.suffix !== null) {
    return new Table({ parts, columns: null });
  }
  return new Table({
    parts,
    columns: [{ name, folded: name, meaning: { text: 'value', atoms: NO_ATOMS }, ofRow: true, span }],
  });
}

/** `t(a, b)` renames the first columns. */
function renamed(resolver: Resolver, relation: Relation, table: Table): Table {
  const names = relation.columns;
  if (table.columns === null) return withNames(resolver, relation, table);
  if (names === null) return table;
  const given = table.columns.map(({ name: old }, index) => {
    const name = names[index];
    return name === undefined ? old : spelledName(name, resolver.rules);
  });
  const spelled = distinctNames(resolver, given);
  const columns = table.columns.map(({ meaning, ofRow, span }, index): Column => {
    const name = spelled[index] ?? null;
    return { name, folded: name === null ? null : resolver.fold(name), meaning, ofRow, span };
  });
  return new Table({ parts: table.parts, columns, unique: table.unique }, table.title);
}

/** Names for columns that nobody knows. Except in DuckDB, the alias of a function may name its only column. */
function withNames(resolver: Resolver, { source, alias, columns, span }: Relation, table: Table): Table {
  const names = (columns ?? []).map((name) => spelledName(name, resolver.rules));
  const named = alias !== null && source.type === 'function' && resolver.rules.dialect !== 'duckdb';
  if (named) names.unshift(spelledName(alias, resolver.rules));
  if (names.length === 0) return table;
  const part: RowsPart = { label: 'FROM', pieces: [table, JSON.stringify(names)], atoms: NO_ATOMS, span };
  return new Table({ parts: [part], columns: null }, table.title);
}
