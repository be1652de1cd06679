import { quoteName } from '../context.ts';
import type { Name } from '../structure.ts';
import type { Meaning } from './meaning.ts';
import { oneOf, short } from './meaning.ts';
import { reportMissing } from './missing.ts';
import type { Resolver } from './resolver.ts';
import type { Scope, Source } from './scope.ts';
import { columnOf } from './table.ts';

/**
 * Where a name stands decides what aliases of the SELECT list it may mean. `none`: none. `lateral`: those before it,
 * where no column has the name. `after`: any, where no column has the name. `also`: any, and as nobody knows which goes
 * first, both count.
 */
export type AliasUse = 'none' | 'lateral' | 'after' | 'also';

interface Found {
  readonly meanings: Meaning[];
  /** Names that some table certainly has, counted. */
  definite: number;
  /** Nothing further out can be meant. */
  complete: boolean;
  byAlias: boolean;
}

/** What a name stands for; null where nothing in sight bears it. All candidates count where more than one is possible. */
export function lookup(resolver: Resolver, scope: Scope, name: Name, aliases: AliasUse): Meaning | null {
  const plain = lookupPlain(resolver, scope, name.parts, aliases);
  if (plain !== null) return plain;
  const rowsFirst = resolver.rules.dialect === 'bigquery';
  const meanings: Meaning[] = [];
  for (let level: Scope | null = scope; level !== null; level = level.parent) {
    const found = findAt(level, scope, name, level === scope ? aliases : fromWithin(resolver), rowsFirst);
    meanings.push(...found.meanings);
    if (found.meanings.length > 0 && level !== scope) resolver.touched.add(level);
    if (found.definite > 1 && !found.byAlias && level === scope) reportAmbiguous(resolver, scope, name);
    if (found.complete) break;
  }
  if (meanings.length === 0) {
    const ahead = aliases === 'lateral' ? scope.ahead(name.parts[0] ?? '') : null;
    if (ahead !== null) return withFields(shortened(ahead), fieldsOf(name, 1));
    reportMissing(resolver, scope, name);
  }
  return spelledAs(meanings, resolver);
}

/** Where one of several may be meant, which it is decides how an output that takes the name is spelled. */
function spelledAs(meanings: readonly Meaning[], { rules }: Resolver): Meaning | null {
  const one = oneOf(meanings);
  if (one === null || meanings.length === 1 || rules.quotedExact) return one;
  const names = meanings.flatMap((meaning) => columnOf(meaning)?.name ?? []);
  return { text: [one.text, ...names.map(quoteName)].join(' '), atoms: one.atoms };
}

/** Queries within a query see its aliases too, where it has no such column; not so in PostgreSQL. */
const fromWithin = ({ rules }: Resolver): AliasUse => (rules.dialect === 'postgres' ? 'none' : 'after');

/** The two forms that nearly all names have, where nothing else can be meant: `t.a`, and `a` over one table. */
function lookupPlain({ rules }: Resolver, scope: Scope, parts: readonly string[], aliases: AliasUse): Meaning | null {
  const [first, second] = parts;
  if (first === undefined || parts.length > 2) return null;
  if (second !== undefined) {
    const source = scope.only(first);
    const column = source?.table.columnsKnown === true ? source.table.find(second)[0] : undefined;
    return source === undefined || column === undefined ? null : scope.reference(source, column, scope);
  }
  const [source] = scope.sources;
  if (source === undefined || scope.sources.length > 1 || !source.table.columnsKnown) return null;
  if (aliases === 'also' && scope.aliases.has(first)) return null;
  if (rules.dialect === 'bigquery' && source.names.at(-1) === first) return null;
  const columns = source.table.find(first);
  const [column] = columns;
  return columns.length === 1 && column !== undefined ? scope.reference(source, column, scope) : null;
}

function findAt(level: Scope, from: Scope, name: Name, aliases: AliasUse, rowsFirst: boolean): Found {
  const { parts } = name;
  const found: Found = { meanings: [], definite: 0, complete: false, byAlias: false };
  if (parts.length > 1) findQualified(level, from, name, found);
  if (found.complete) return found;
  findColumn(level, from, name, found);
  findAlias(level, from, name, aliases, found);
  // In BigQuery a table's name goes before a column of that name; elsewhere after it.
  if (rowsFirst || found.definite === 0) findRow(level, from, parts, found);
  return found;
}

/** The parts of a name behind the first `count`, as the fields of what these stand for. */
const fieldsOf = ({ parts, written }: Name, count: number): readonly string[] => (written ?? parts).slice(count);

const withFields = (meaning: Meaning, fields: readonly string[]): Meaning =>
  fields.length === 0 ? meaning : { text: `${meaning.text} . ${fields.join(' . ')}`, atoms: meaning.atoms };

/** How many parts of a name are the table; 0 where they are not this one. */
function qualifierLength(names: readonly string[], parts: readonly string[]): number {
  for (let length = Math.min(names.length, parts.length - 1); length > 0; length--) {
    let same = true;
    for (let index = 0; index < length; index++) same &&= parts[index] === names[names.length - length + index];
    if (same) return length;
  }
  return 0;
}

function findQualified(level: Scope, from: Scope, written: Name, found: Found): void {
  const { parts } = written;
  const [title = '', column = ''] = parts;
  const merged = level.joinAliases.get(title)?.has(column) === true ? level.mergedAs(column) : undefined;
  if (merged !== undefined) {
    found.meanings.push(withFields(merged.meaning, fieldsOf(written, 2)));
    found.definite = 1;
    found.complete = true;
    return;
  }
  for (const source of level.named(parts)) {
    const length = qualifierLength(source.names, parts);
    if (length === 0) continue;
    const name = parts[length] ?? '';
    const fields = fieldsOf(written, length + 1);
    if (!source.table.columnsKnown) {
      found.meanings.push(withFields(level.blind(source, name, from), fields));
      continue;
    }
    const columns = candidatesIn(level, source, name, from);
    for (const meaning of columns.meanings) found.meanings.push(withFields(meaning, fields));
    if (columns.sure) {
      found.definite = 1;
      found.complete = true;
    }
  }
}

/** Columns of that name; where there are none, those whose names nobody knows: which of them it is, the name decides. */
function candidatesIn(
  level: Scope,
  source: Source,
  name: string,
  from: Scope,
): { readonly meanings: readonly Meaning[]; readonly sure: boolean } {
  const columns = source.table.find(name);
  if (columns.length > 0)
    return { meanings: columns.map((column) => level.reference(source, column, from)), sure: true };
  const meanings = source.table.nameless.map((column): Meaning => {
    const { text, atoms } = level.reference(source, column, from);
    return { text: `${text}?${quoteName(name)}`, atoms };
  });
  return { meanings, sure: false };
}

function findColumn(level: Scope, from: Scope, written: Name, found: Found): void {
  const name = written.parts[0] ?? '';
  const fields = fieldsOf(written, 1);
  const merged = level.mergedAs(name);
  let vague = false;
  if (merged !== undefined) {
    if (!merged.ofRow) level.watch.neighbours = true;
    found.meanings.push(withFields(merged.meaning, fields));
    found.definite++;
  }
  const crowd = level.crowd();
  if (crowd !== null) {
    level.watch.neighbours = true;
    found.meanings.push({ text: `{^${level.depth}?${quoteName(name)} ${crowd.text}}`, atoms: crowd.atoms });
    vague = true;
  }
  for (const source of level.owners(name)) {
    if (merged?.sources.has(source.index) === true) continue;
    if (!source.table.columnsKnown) {
      found.meanings.push(withFields(level.blind(source, name, from), fields));
      vague = true;
      continue;
    }
    const columns = candidatesIn(level, source, name, from);
    for (const meaning of columns.meanings) found.meanings.push(withFields(meaning, fields));
    if (columns.sure) found.definite++;
    else if (columns.meanings.length > 0) vague = true;
  }
  if (found.definite > 0 && !vague) found.complete = true;
}

function findAlias(level: Scope, from: Scope, written: Name, aliases: AliasUse, found: Found): void {
  if (aliases === 'none' || (aliases === 'lateral' && found.definite > 0)) return;
  if (aliases === 'after' && found.definite === 1) return;
  const alias = level.aliases.get(written.parts[0] ?? '');
  if (alias === undefined || (aliases === 'lateral' && !alias.explicit)) return;
  const meaning = aliases === 'lateral' ? shortened(alias.meaning) : alias.meaning;
  found.meanings.push(withFields(level === from ? meaning : seenFromWithin(level, meaning), fieldsOf(written, 1)));
  if (!alias.ofRow) level.watch.neighbours = true;
  found.byAlias = true;
}

/** What an alias of an outer query stands for: its tables are not those of the query within. */
const seenFromWithin = (level: Scope, { text, atoms }: Meaning): Meaning => ({
  text: `{^${level.depth}=${short(text)}}`,
  atoms,
});

/** Aliases over aliases in one list must not multiply their texts. */
function shortened(meaning: Meaning): Meaning {
  const text = short(meaning.text);
  return text === meaning.text ? meaning : { text, atoms: meaning.atoms };
}

/** `t` alone, or `t.field` that is no column: the row as a value. */
function findRow(level: Scope, from: Scope, parts: readonly string[], found: Found): void {
  if (parts.length > 1) return;
  for (const source of level.named(parts)) {
    if (source.names.at(-1) !== parts[0]) continue;
    found.meanings.push(level.wholeRow(source, from));
    found.definite = 1;
    found.complete = source.table.columnsKnown;
  }
}

function reportAmbiguous(resolver: Resolver, scope: Scope, name: Name): void {
  if (!name.sure || scope.loose || resolver.quiet || name.parts.length > 1) return;
  const column = name.parts[0] ?? '';
  // DuckDB takes the column that USING or NATURAL merged, however many other tables have that name.
  if (resolver.rules.dialect === 'duckdb' && scope.mergedAs(column) !== undefined) return;
  const owners = ownersOf(scope, column);
  if (owners.length < 2) return;
  resolver.problem(
    'column-ambiguous',
    `\`${column}\` may be a column of ${owners.map((owner) => `\`${owner}\``).join(' or ')}`,
    name.span,
    `write \`${owners[0] ?? ''}.${column}\` or \`${owners[1] ?? ''}.${column}\``,
  );
}

function ownersOf(scope: Scope, column: string): readonly string[] {
  const title = (source: Source): string => source.names.at(-1) ?? `table ${source.index + 1} of FROM`;
  const merged = scope.mergedAs(column)?.sources;
  const owners: string[] = [];
  for (const source of scope.owners(column)) {
    if (source.table.find(column).length > 0 && merged?.has(source.index) !== true) owners.push(title(source));
  }
  return owners;
}
