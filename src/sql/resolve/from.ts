import type { Span } from '../../model/problems.ts';
import { foldName } from '../dialects.ts';
import type { From, Join, Relation } from '../structure.ts';
import { NO_ATOMS, plus } from './atom-set.ts';
import type { AtomSet } from './atom-set.ts';
import { resolveExpression } from './expressions.ts';
import type { Meaning } from './meaning.ts';
import { short, union } from './meaning.ts';
import { resolveRelation } from './relations.ts';
import type { Resolver } from './resolver.ts';
import type { Merged, Scope, Source } from './scope.ts';
import { starNames } from './stars.ts';
import { allColumns } from './table.ts';
import type { RowsPart, Table } from './table.ts';

/** State of one FROM: the tables so far, and where the sides of the join in hand start. */
interface Building {
  readonly resolver: Resolver;
  readonly scope: Scope;
  readonly plain: boolean;
  readonly pieces: (string | Table)[];
  atoms: AtomSet;
  join: Join | null;
  /** First source of the left side: behind the last comma, within the brackets that are open. */
  left: number;
  /** First source of the right side. */
  right: number;
  /** Joins in brackets that are open: their first sources, and what stood before them. */
  readonly groups: { readonly first: number; readonly left: number; readonly join: Join | null }[];
}

/** Puts the tables of a FROM into the scope and says which rows their joins give. */
export function resolveFrom(resolver: Resolver, from: From, scope: Scope): RowsPart {
  const plain = isPlain(from);
  const sides = { join: null, left: 0, right: 0, groups: [] };
  const build: Building = { resolver, scope, plain, pieces: [], atoms: NO_ATOMS, ...sides };
  for (const step of from.steps) {
    switch (step.type) {
      case 'relation':
        addRelation(build, step.relation, step.join);
        break;
      case 'open':
        noteJoin(build, step.join);
        build.groups.push({ first: scope.sources.length, left: build.left, join: step.join });
        build.left = scope.sources.length;
        build.pieces.push('(');
        break;
      case 'close':
        closeGroup(build);
        break;
      case 'on':
        addCondition(build, resolveExpression(resolver, step.expression, scope, 'none'));
        hideRight(build);
        break;
      case 'using':
        for (const name of step.names) reportAmbiguousJoin(build, name, step.span);
        merge(build, step.names);
        if (step.alias !== null) scope.joinAliases.set(step.alias, new Set(step.names));
        hideRight(build);
        break;
    }
  }
  return { label: 'FROM', pieces: build.pieces, atoms: build.atoms, span: from.span };
}

function noteJoin(build: Building, join: Join | null): void {
  build.join = join;
  build.right = build.scope.sources.length;
  // A comma binds weaker than JOIN, except in BigQuery.
  if (join?.kind === 'comma' && build.resolver.rules.dialect !== 'bigquery') build.left = build.right;
  if (join !== null) build.pieces.push(join.natural ? `natural ${join.kind}` : spellingOf(build, join));
  if (join?.tie != null) build.atoms = plus(build.atoms, build.resolver.atoms.tie(join.tie));
}

/** A comma binds weaker than JOIN: only where no join could tell the difference is it a cross join. */
const spellingOf = (build: Building, { kind }: Join): string => (kind === 'comma' && build.plain ? 'cross' : kind);

const PLAIN: ReadonlySet<string> = new Set(['comma', 'cross', 'inner']);

/** Nothing but products and filters of products: how they are bracketed makes no difference. */
const isPlain = (from: From): boolean =>
  from.steps.every((step) => {
    if (step.type === 'using') return false;
    return !('join' in step) || step.join === null || (PLAIN.has(step.join.kind) && !step.join.natural);
  });

function addRelation(build: Building, relation: Relation, join: Join | null): void {
  noteJoin(build, join);
  const table = resolveRelation(build.resolver, relation, build.scope);
  build.scope.add(table, namesOf(build.resolver, relation));
  build.pieces.push(table);
  if (join?.natural !== true) return;
  mergeCommon(build);
  hideRight(build);
}

function namesOf(resolver: Resolver, relation: Relation): readonly string[] {
  if (relation.alias !== null) return [foldName(relation.alias.text, relation.alias.quoted, resolver.rules)];
  const { source } = relation;
  return source.type === 'function' && source.name !== null ? [source.name] : relation.names;
}

function closeGroup(build: Building): void {
  build.pieces.push(')');
  const group = build.groups.pop();
  if (group === undefined) return;
  build.left = group.left;
  build.right = group.first;
  build.join = group.join;
}

function addCondition(build: Building, condition: Meaning): void {
  build.pieces.push('on', condition.text);
  build.atoms = plus(build.atoms, condition.atoms);
}

/** A semi or anti join shows the columns of its left side only. */
function hideRight(build: Building): void {
  const kind = build.join?.kind ?? '';
  if (!kind.includes('semi') && !kind.includes('anti')) return;
  for (let index = build.right; index < build.scope.sources.length; index++) build.scope.hide(index);
}

const isMergedIn = (merged: Merged | undefined, first: number, end: number): merged is Merged =>
  merged !== undefined && merged.first >= first && merged.first < end;

/** What a name means on one side of a join, from source `first` on and before `end`. */
function sideMeaning(build: Building, name: string, first: number, end: number): Omit<Merged, 'place'> | null {
  const { scope } = build;
  const merged = scope.mergedAs(name);
  if (isMergedIn(merged, first, end)) return merged;
  const sources = new Set<number>();
  const before = scope.startWatch();
  const meanings = scope.ownersBetween(name, first, end).flatMap((source) => {
    const found = meaningsIn(scope, source, name);
    if (found.length > 0) sources.add(source.index);
    return found;
  });
  const ofRow = scope.endWatch(before);
  const [least] = sources;
  const [only, second] = meanings;
  if (least === undefined || only === undefined) return null;
  const both = { text: meanings.map(({ text }) => text).join(' / '), atoms: union(meanings) };
  return { meaning: second === undefined ? only : both, sources, first: least, ofRow };
}

function meaningsIn(scope: Scope, source: Source, name: string): readonly Meaning[] {
  if (!source.table.columnsKnown) return [scope.blind(source, name, scope)];
  return source.table.find(name).map((column) => scope.reference(source, column, scope));
}

function merge(build: Building, names: readonly string[]): void {
  const { scope } = build;
  const texts: string[] = [];
  for (const name of names) {
    const left = sideMeaning(build, name, build.left, build.right);
    const right = sideMeaning(build, name, build.right, scope.sources.length);
    if (left === null || right === null) scope.loose = true;
    const both = [left, right].filter((side) => side !== null);
    texts.push(both.map((side) => side.meaning.text).join(' = '));
    build.atoms = plus(build.atoms, union(both.map((side) => side.meaning)));
    const meaning = mergedMeaning(build, left?.meaning ?? null, right?.meaning ?? null);
    const [kept, other] = both;
    if (meaning === null || kept === undefined) continue;
    for (const index of other?.sources ?? []) kept.sources.add(index);
    const ofRow = both.every((side) => side.ofRow);
    const place = { start: build.left, join: build.right };
    scope.merge(name, { meaning, sources: kept.sources, first: kept.first, ofRow, place });
  }
  build.pieces.push('using', texts.join(' , '));
}

/** USING takes a name from each side, where one table or an earlier merge must have it. */
function reportAmbiguousJoin({ resolver, scope, ...build }: Building, name: string, span: Span): void {
  if (scope.loose || resolver.quiet) return;
  const sides = [build.left, build.right, scope.sources.length];
  for (const [first, end] of [sides.slice(0, 2), sides.slice(1)]) {
    if (first === undefined || end === undefined || isMergedIn(scope.mergedAs(name), first, end)) continue;
    const owners = scope
      .ownersBetween(name, first, end)
      .filter(({ table }) => table.columnsKnown && table.find(name).length > 0);
    const titles = owners.map(({ names, index }) => names.at(-1) ?? `table ${index + 1} of FROM`);
    if (titles.length < 2) continue;
    const message = `\`${name}\` may be a column of ${titles.map((title) => `\`${title}\``).join(' or ')}`;
    resolver.problem('column-ambiguous', message, span, 'join by ON, and write the table before the column');
  }
}

/** Only an outer join can have a value on its right side where the left has none. */
function mergedMeaning(build: Building, left: Meaning | null, right: Meaning | null): Meaning | null {
  if (left === null || right === null) return left ?? right;
  const kind = build.join?.kind ?? '';
  if (kind === 'inner' || kind === 'left' || kind.includes('semi') || kind.includes('anti')) return left;
  const { dialect } = build.resolver.rules;
  if (kind === 'right' && (dialect === 'duckdb' || dialect === 'postgres')) return right;
  return {
    text: `merge( ${kind} , ${short(left.text)} , ${short(right.text)} )`,
    atoms: plus(left.atoms, right.atoms),
  };
}

/** NATURAL: the names that both sides have. Where a side is unknown, so is the outcome. */
function mergeCommon(build: Building): void {
  const { scope, right } = build;
  const start = build.left;
  if (scope.isVague(start)) {
    scope.loose = true;
    for (const { table } of scope.sources.slice(start)) {
      const columns = allColumns(table);
      build.pieces.push(short(columns.text));
      build.atoms = plus(build.atoms, columns.atoms);
    }
    return;
  }
  const names = new Set(scope.sources.slice(right).flatMap(({ table }) => [...table.foldedNames()]));
  const isLeft = (name: string): boolean =>
    isMergedIn(scope.mergedAs(name), start, right) ||
    scope.ownersBetween(name, start, right).some(({ table }) => table.find(name).length > 0);
  const { rules } = build.resolver;
  // Their order is that of a star, where what is merged stands first.
  const ordered = rules.mergedInPlace ? [] : starNames(scope, start, right, rules);
  const common = ordered.filter((name) => names.has(name));
  const others = [...names].filter((name) => !common.includes(name) && isLeft(name));
  merge(build, [...new Set(common), ...others, ...hiddenIn(build, names, isLeft)]);
}

/** Tables of DuckDB have a `rowid` that no star shows: it meets a column of that name. */
function hiddenIn({ resolver }: Building, right: ReadonlySet<string>, isLeft: (name: string) => boolean): string[] {
  return resolver.rules.dialect === 'duckdb' && right.has('rowid') !== isLeft('rowid') ? ['rowid'] : [];
}
