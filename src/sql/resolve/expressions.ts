import { NO_FACTS } from '../facts.ts';
import type { Expression, Item, Name, TieSite } from '../structure.ts';
import { NO_ATOMS, plus } from './atom-set.ts';
import type { AtomSet } from './atom-set.ts';
import { lookup } from './lookup.ts';
import type { AliasUse } from './lookup.ts';
import { joined, short, union } from './meaning.ts';
import type { Meaning } from './meaning.ts';
import type { Resolver } from './resolver.ts';
import type { Scope } from './scope.ts';
import { starColumns } from './stars.ts';
import { columnOf, everything } from './table.ts';

/** What an expression means where the names of `scope` are visible. */
export function resolveExpression(
  resolver: Resolver,
  expression: Expression,
  scope: Scope,
  aliases: AliasUse,
): Meaning {
  const { facts, items } = expression;
  if (facts !== NO_FACTS) return resolveWithFacts(resolver, expression, scope, aliases);
  const [only] = items;
  if (items.length === 1 && typeof only === 'object') return resolveItem(resolver, only, expression, scope, aliases);
  let text = '';
  let atoms = NO_ATOMS;
  for (const item of items) {
    const separator = text === '' ? '' : ' ';
    if (typeof item === 'string') text += separator + item;
    else {
      const meaning = resolveItem(resolver, item, expression, scope, aliases);
      text += separator + meaning.text;
      if (meaning.atoms !== NO_ATOMS) atoms = plus(atoms, meaning.atoms);
    }
  }
  return { text, atoms };
}

/** An expression that holds an aggregate, a window, a clock or something else that is more than its text. */
function resolveWithFacts(resolver: Resolver, expression: Expression, scope: Scope, aliases: AliasUse): Meaning {
  const { facts, items } = expression;
  const { quiet } = resolver;
  if (facts.lambda) resolver.quiet = true;
  const outer = facts.aggregate ? new Set(resolver.touched) : null;
  const columns: number[] = [];
  const texts: string[] = [];
  let atoms = NO_ATOMS;
  for (const item of items) {
    if (typeof item === 'string') {
      texts.push(item);
      continue;
    }
    const meaning = resolveItem(resolver, item, expression, scope, aliases);
    texts.push(meaning.text);
    atoms = plus(atoms, meaning.atoms);
    if (item.type === 'name' && meaning.text.includes('{')) columns.push(item.span.start);
  }
  if (facts.window && scope.windows !== null) {
    texts.push('window', scope.windows.text);
    atoms = plus(atoms, scope.windows.atoms);
  }
  for (const clock of facts.clocks) atoms = plus(atoms, resolver.atoms.clock(clock.family));
  for (const site of facts.ties) {
    // A column may be called `user` or `filename`.
    if (!columns.includes(site.tie.span.start)) atoms = plus(atoms, resolveTie(resolver, site, scope));
  }
  if (outer !== null) markAggregates(resolver, outer);
  resolver.quiet = quiet;
  return { text: texts.join(' '), atoms };
}

/** An aggregate over nothing but outer columns is an aggregate of the outer query. */
function markAggregates(resolver: Resolver, before: ReadonlySet<Scope>): void {
  for (const scope of resolver.touched) if (!before.has(scope)) scope.outerAggregate = true;
}

function resolveItem(
  resolver: Resolver,
  item: Exclude<Item, string>,
  expression: Expression,
  scope: Scope,
  aliases: AliasUse,
): Meaning {
  switch (item.type) {
    case 'name':
      return resolveName(resolver, item, expression, scope, aliases);
    case 'query': {
      const table = resolver.query(item.query, scope);
      if (!item.rowsOnly || table.columns === null) return bracketed(everything(table));
      return { text: `( ${short(table.rows.text)} )`, atoms: table.rows.atoms };
    }
    case 'star':
      return resolveStar(resolver, scope, item.qualifier);
    case 'ordinal':
      return resolveOrdinal(resolver, scope, item.number);
    case 'relation': {
      const table = resolver.relation(item.relation, scope);
      const names = (item.relation.alias === null ? item.relation.names : [item.relation.alias.text]).map((name) =>
        resolver.fold(name),
      );
      // In a clause that was not understood, its columns may be meant from here on.
      if (scope.loose) scope.add(table, names);
      return bracketed(everything(table));
    }
  }
}

const bracketed = ({ text, atoms }: Meaning): Meaning => ({ text: `( ${text} )`, atoms });

function resolveName(resolver: Resolver, name: Name, expression: Expression, scope: Scope, aliases: AliasUse): Meaning {
  const found = lookup(resolver, scope, name, aliases);
  if (found === null) return unresolvedName(resolver, name, scope);
  const clock = expression.facts.clocks.find((use) => use.span.start === name.span.start);
  if (clock !== undefined) {
    resolver.problem(
      'column-ambiguous',
      `\`${clock.function}\` is the clock, but a column has that name too`,
      name.span,
      'write the name of its table before the column',
    );
  }
  return found;
}

/** A word, an argument of a lambda, or a name that the reader cannot find: then it may be anything in sight. */
function unresolvedName(resolver: Resolver, name: Name, scope: Scope): Meaning {
  const text = name.parts.join(' . ');
  if (name.parts.length === 1 && (!name.sure || resolver.quiet)) return { text, atoms: NO_ATOMS };
  const all: Meaning[] = [];
  for (let level: Scope | null = scope; level !== null; level = level.parent) all.push(allInSight(level));
  return { text: `${text} ${joined(all, ' ').text}`, atoms: union(all) };
}

/** All tables of a scope with all their columns. */
export function allInSight(scope: Scope): Meaning {
  return joined(
    scope.sources.map(({ table }) => everything(table)),
    ' , ',
  );
}

function resolveStar(resolver: Resolver, scope: Scope, qualifier: readonly string[]): Meaning {
  const columns = starColumns(scope, qualifier, resolver.rules);
  if (columns === null) {
    const all = allInSight(scope);
    return { text: `{*${qualifier.join('.')} ${short(all.text)}}`, atoms: all.atoms };
  }
  let atoms = NO_ATOMS;
  const texts: string[] = [];
  for (const column of columns) {
    atoms = plus(atoms, column.meaning.atoms);
    texts.push(`${column.name ?? '?'}=${column.meaning.text}`);
  }
  return { text: `{* ${texts.join(' , ')} }`, atoms };
}

function resolveOrdinal(resolver: Resolver, scope: Scope, number: number): Meaning {
  const columns = starColumns(scope, [], resolver.rules);
  const meaning = columns?.[number - 1]?.meaning ?? resolveStar(resolver, scope, []);
  // Snowflake names the output `$1` and not as the column is called.
  return resolver.rules.dialect === 'duckdb' ? meaning : { text: `$ ${meaning.text}`, atoms: meaning.atoms };
}

/** The tie, unless what it orders by tells all rows apart. */
export function resolveTie(resolver: Resolver, site: TieSite, scope: Scope): AtomSet {
  if (site.keys !== null && ordersFully(resolver, site.keys, scope)) return NO_ATOMS;
  const tie = resolver.atoms.tie(site.tie);
  if (site.tie.kind !== 'order') return tie;
  return scope.sources.reduce((atoms, source) => plus(atoms, source.table.rows.atoms), tie);
}

function ordersFully(resolver: Resolver, keys: readonly Name[], scope: Scope): boolean {
  const [source, second] = scope.sources;
  if (source === undefined || second !== undefined) return false;
  const sets = source.table.unique;
  if (sets.length === 0) return false;
  const texts = new Set<string>();
  for (const key of keys) {
    const found = lookup(resolver, scope, key, 'also');
    const column = found === null ? undefined : columnOf(found);
    if (column !== undefined) texts.add(column.meaning.text);
  }
  return sets.some((set) => set.length > 0 && set.every((text) => texts.has(text)));
}
