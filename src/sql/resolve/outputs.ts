import { foldName, spelledName } from '../dialects.ts';
import type { Clause, Facts, Item, Name, SelectItem, StarItem } from '../structure.ts';
import type { Span } from '../../model/problems.ts';
import { nearestName } from '../../model/nearest.ts';
import { NO_FACTS } from '../facts.ts';
import { NO_ATOMS } from './atom-set.ts';
import { allInSight, resolveExpression } from './expressions.ts';
import { oneOf, union } from './meaning.ts';
import type { Meaning } from './meaning.ts';
import type { Resolver } from './resolver.ts';
import type { Scope } from './scope.ts';
import { isNamed, starColumns, type StarColumn } from './stars.ts';
import { columnOf, everything } from './table.ts';
import type { Column } from './table.ts';

/** An output column of a SELECT. */
export interface Output {
  readonly name: string | null;
  readonly folded: string | null;
  readonly meaning: Meaning;
  readonly facts: Facts;
  /** Hangs on nothing but its own row of FROM. */
  readonly ofRow: boolean;
  readonly span: Span;
}

export interface Outputs {
  readonly list: readonly Output[];
  /** The list holds all there are. */
  readonly known: boolean;
  /** What the items mean that the list does not show. */
  readonly hidden: Meaning | null;
}

/** Resolves a SELECT list; the aliases it gives become visible in the scope. */
export function resolveOutputs(
  resolver: Resolver,
  items: readonly SelectItem[],
  scope: Scope,
  group: Clause | null,
): Outputs {
  if (group !== null && resolver.rules.dialect === 'duckdb') scope.ahead = groupedAhead(resolver, items, scope, group);
  const list: Output[] = [];
  const hidden: Meaning[] = [];
  for (const item of items) {
    const outputs = item.type === 'star' ? expandStar(resolver, item, scope) : [resolveValue(resolver, item, scope)];
    if (outputs === null) hidden.push(placed(starMeaning(resolver, item, scope), list.length));
    else {
      if (outputs.some((output) => spreads(resolver, output))) hidden.push(...outputs.map((output) => output.meaning));
      list.push(...outputs);
    }
  }
  for (const output of list) {
    if (output.folded !== null && !scope.aliases.has(output.folded)) {
      scope.aliases.set(output.folded, { meaning: output.meaning, explicit: false, ofRow: output.ofRow });
    }
  }
  if (hidden.length === 0) return { list, known: true, hidden: null };
  return { list, known: false, hidden: { text: hidden.map(({ text }) => text).join(' , '), atoms: union(hidden) } };
}

/** Aliases that lead to each other before they are given; from there on, all that is in sight counts. */
const DEEPEST = 100;

type Value = Extract<SelectItem, { type: 'value' }>;

/** In DuckDB an alias that GROUP BY names is a key, and keys are seen from all of the list: also before they are given. */
function groupedAhead(resolver: Resolver, items: readonly SelectItem[], scope: Scope, group: Clause): Scope['ahead'] {
  let keys: ReadonlyMap<string, Value> | null = null;
  const known = new Map<string, Meaning>();
  const open = new Set<string>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    keys ??= keyAliases(resolver, items, group);
    const item = keys.get(name);
    if (item === undefined || open.has(name)) return null;
    if (open.size > DEEPEST) return allInSight(scope);
    open.add(name);
    const meaning = resolveExpression(resolver, item.expression, scope, 'lateral');
    open.delete(name);
    known.set(name, meaning);
    return meaning;
  };
}

/** What the list gives an alias that stands alone in GROUP BY; of two of one name the first. */
function keyAliases({ rules }: Resolver, items: readonly SelectItem[], { list }: Clause): ReadonlyMap<string, Value> {
  const names = list.flatMap((key) => key.items.flatMap((item) => (isAlone(item) ? item.parts : [])));
  const keys = new Set(names);
  const aliases = new Map<string, Value>();
  for (const item of items) {
    if (item.type !== 'value' || item.alias === null) continue;
    const name = foldName(item.alias.text, item.alias.quoted, rules);
    if (keys.has(name) && !aliases.has(name)) aliases.set(name, item);
  }
  return aliases;
}

const isAlone = (item: Item): item is Name =>
  typeof item === 'object' && item.type === 'name' && item.parts.length === 1;

/** In Spark `posexplode` and its kin may give several columns where no alias says that it is one. */
const spreads = ({ rules: { dialect } }: Resolver, { facts, name }: Output): boolean =>
  facts.spreads || (facts.multiplies && name === null && dialect === 'databricks');

/** Where the columns stand that nobody knows: behind how many of the others. */
const placed = ({ text, atoms }: Meaning, before: number): Meaning => ({ text: `${before} ${text}`, atoms });

function resolveValue(resolver: Resolver, item: Extract<SelectItem, { type: 'value' }>, scope: Scope): Output {
  const { expression, alias } = item;
  const before = scope.startWatch();
  const meaning = drawn(resolver, scope, resolveExpression(resolver, expression, scope, 'lateral'));
  const alone = scope.endWatch(before);
  const { facts, span } = expression;
  const ofRow = alone && !facts.window && !facts.aggregate;
  if (alias !== null) {
    const folded = foldName(alias.text, alias.quoted, resolver.rules);
    giveAlias(scope, folded, meaning, ofRow);
    return { name: spelledName(alias, resolver.rules), folded, meaning, facts, ofRow, span };
  }
  const column = columnOf(meaning);
  if (column !== undefined) {
    const name = spelledIn(resolver, item, column);
    return { name, folded: name === null ? null : resolver.fold(name), meaning, facts, ofRow, span };
  }
  if (item.name !== null) return { name: item.name, folded: resolver.fold(item.name), meaning, facts, ofRow, span };
  const named = item.written === undefined ? meaning : { ...meaning, text: `${meaning.text} named ${item.written}` };
  return { name: null, folded: null, meaning: named, facts, ofRow, span };
}

/** From here on the list sees it; of two of one name nobody knows which. */
function giveAlias(scope: Scope, folded: string, meaning: Meaning, ofRow: boolean): void {
  const same = scope.aliases.get(folded);
  const either = same === undefined ? meaning : (oneOf([same.meaning, meaning]) ?? meaning);
  scope.aliases.set(folded, { meaning: either, explicit: true, ofRow: ofRow && same?.ofRow !== false });
}

/** DuckDB takes the new name of `* RENAME (a AS b)` for an alias. */
function giveRenamed({ rules: { dialect } }: Resolver, scope: Scope, { folded, meaning, ofRow }: Output): void {
  if (dialect === 'duckdb' && folded !== null) giveAlias(scope, folded, meaning, ofRow);
}

/** As its table spells it, or as the query does: in some dialects always, in all where it is an alias of the list. */
function spelledIn(
  resolver: Resolver,
  { name }: Extract<SelectItem, { type: 'value' }>,
  column: Column,
): string | null {
  if (column.name === null || name === null) return column.name;
  return resolver.rules.namesAsWritten || resolver.fold(name) !== column.folded ? name : column.name;
}

/** Two columns that both call `random()` are not the same, nor is one the same as what calls it once more. */
function drawn(resolver: Resolver, scope: Scope, meaning: Meaning): Meaning {
  if (columnOf(meaning) !== undefined || !resolver.atoms.isVolatile(meaning.atoms)) return meaning;
  scope.drawn++;
  return { text: `drawn ${scope.drawn} ( ${meaning.text} )`, atoms: meaning.atoms };
}

/** What `* EXCLUDE … REPLACE … RENAME …` stands for; null where the tables' columns are unknown. */
function expandStar(resolver: Resolver, item: StarItem, scope: Scope): readonly Output[] | null {
  const columns = item.rest === null ? starColumns(scope, item.qualifier, resolver.rules) : null;
  if (columns === null || splitsMerged(item, columns) || takesField(item, columns)) return null;
  reportExcluded(resolver, item, columns, scope);
  const replaced = new Map(
    item.replace.map(({ name, expression }) => [
      foldName(name.text, name.quoted, resolver.rules),
      {
        name: spelledName(name, resolver.rules),
        meaning: drawn(resolver, scope, resolveExpression(resolver, expression, scope, 'none')),
        facts: expression.facts,
      },
    ]),
  );
  const outputs: Output[] = [];
  for (const column of columns) {
    const { name, folded, meaning, ofRow } = column;
    if (item.exclude.some((excluded) => isNamed(column, excluded))) continue;
    const replacement = folded === null ? undefined : replaced.get(folded);
    const to = item.rename.find(({ from }) => isNamed(column, from))?.to;
    const output: Output = {
      name: to === undefined ? (replacement?.name ?? name) : spelledName(to, resolver.rules),
      folded: to === undefined ? folded : foldName(to.text, to.quoted, resolver.rules),
      meaning: replacement?.meaning ?? meaning,
      facts: replacement?.facts ?? NO_FACTS,
      ofRow: replacement === undefined && ofRow,
      span: item.span,
    };
    outputs.push(output);
    if (to !== undefined) giveRenamed(resolver, scope, output);
  }
  return outputs;
}

/** `EXCEPT (s.a)` of Databricks takes a field out of a struct. */
const takesField = ({ exclude }: StarItem, columns: readonly StarColumn[]): boolean =>
  exclude.some(
    (name) =>
      name.length > 1 &&
      columns.some(({ folded }) => folded === name.at(-2)) &&
      !columns.some((column) => isNamed(column, name)),
  );

/** `EXCLUDE (t.a)`, where a join made `a` of two: the other one comes to light. */
const splitsMerged = ({ exclude, rename }: StarItem, columns: readonly StarColumn[]): boolean =>
  [...exclude, ...rename.map(({ from }) => from)].some(
    (name) => name.length > 1 && columns.some(({ folded, titles }) => titles === null && folded === name.at(-1)),
  );

/** What is taken out of a star, or replaced in it, must be there. */
function reportExcluded(resolver: Resolver, item: StarItem, columns: readonly StarColumn[], scope: Scope): void {
  if (scope.loose || resolver.quiet || columns.some(({ folded }) => folded === null)) return;
  const replaced = item.replace.map(({ name }) => [foldName(name.text, name.quoted, resolver.rules)]);
  for (const parts of [...item.exclude, ...replaced]) {
    if (columns.some((column) => isNamed(column, parts))) continue;
    const name = parts.join('.');
    const near = nearestName(
      parts.at(-1) ?? '',
      columns.flatMap((column) => column.name ?? []),
    );
    const hint = near === null ? null : `did you mean \`${near}\`?`;
    resolver.problem('column-unknown', `the star has no column \`${name}\``, item.span, hint);
  }
}

/** A star that cannot be expanded takes in all that is there. */
function starMeaning(resolver: Resolver, item: SelectItem, scope: Scope): Meaning {
  if (item.type !== 'star') return { text: '', atoms: NO_ATOMS };
  const parts: Meaning[] = scope.sources.map(({ table }) => everything(table));
  const texts = [`{*${item.qualifier.join('.')}}`, ...parts.map(({ text }) => text)];
  for (const name of item.exclude) texts.push(`- ${name.join('.')}`);
  for (const { from, to } of item.rename) texts.push(`${from.join('.')} > ${to.text}`);
  for (const { name, expression } of item.replace) {
    const meaning = resolveExpression(resolver, expression, scope, 'none');
    texts.push(`${name.text} = ${meaning.text}`);
    parts.push(meaning);
  }
  if (item.rest !== null) {
    const meaning = resolveExpression(resolver, item.rest, scope, 'none');
    texts.push(meaning.text);
    parts.push(meaning);
  }
  return { text: texts.join(' '), atoms: union(parts) };
}
