import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { statementsOf, TABLES } from '../opinions/statements.ts';
import { DIALECTS, type Dialect } from '../../src/sql/contract.ts';
import { RULES } from '../../src/sql/dialects.ts';
import { Lexer } from '../../src/sql/lexer.ts';
import { KIND, withTokenList } from '../../src/sql/tokens.ts';
import { keysOf, readOver } from './keys.ts';

const CATALOG = Object.fromEntries(Object.entries(TABLES).map(([table, columns]) => [table, Object.keys(columns)]));
// Snowflake reports names in capitals.
const CAPITALS = Object.fromEntries(
  Object.entries(CATALOG).map(([table, columns]) => [table, columns.map((column) => column.toUpperCase())]),
);

interface Token {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
}

const tokensOf = (sql: string, dialect: Dialect): readonly Token[] =>
  withTokenList((list) => {
    const { count, kind, start, end } = new Lexer(sql, RULES[dialect], list).run();
    return Array.from({ length: count }, (_, at) => ({
      kind: kind[at] ?? 0,
      start: start[at] ?? 0,
      end: end[at] ?? 0,
    }));
  });

/** All that the query means, in the clear; null where the reader refuses it. */
function meaningOf(sql: string, dialect: Dialect): string | null {
  const found = readOver(sql, dialect === 'snowflake' ? CAPITALS : CATALOG, { dialect });
  if (found.reading.problems.length > 0 || found.shape.problems.length > 0) return null;
  const inputs = found.reading.inputs.map((use) =>
    use.type === 'table' ? use.parts.map(({ text }) => text).join('.') : `${use.call} ${use.path}`,
  );
  const { rows, columns, own } = keysOf(found);
  return JSON.stringify([inputs.toSorted(), rows, columns === null ? null : [...columns], own]);
}

/** What a token is replaced by; nothing takes it away. */
function replacements(sql: string, { kind, start, end }: Token): readonly string[] {
  const text = sql.slice(start, end);
  if (kind === KIND.number) return ['', `${text}7`];
  if (kind === KIND.string) return ['', `${text.slice(0, -1)}q${text.at(-1) ?? ''}`];
  const isName = /[(,.=<>+*/-]\s*$|\b(?:SELECT|WHERE|AND|OR|ON|WHEN|THEN|ELSE|HAVING|QUALIFY)\s+$/.test(
    sql.slice(0, start),
  );
  return isName && (kind === KIND.word || kind === KIND.quoted) ? ['', 'another'] : [''];
}

/** Statements that hold what is rare, one behind the other. */
const rare = (dialect: Dialect): readonly string[] =>
  readFileSync(new URL(`statements/${dialect}.sql`, import.meta.url), 'utf8')
    .split(/;\n/)
    .filter((sql) => sql.trim() !== '');

/** Between `⟦` and `⟧` stands what means nothing. */
const NOISE: readonly (readonly [why: string, where: RegExp])[] = [
  ['a word that says what holds anyway', /⟦(?:AS|INNER|OUTER|ASC|LATERAL)⟧/i],
  ['SELECT ALL', /SELECT\s*⟦ALL⟧/],
  ['a set operation is DISTINCT anyway', /(?:UNION|EXCEPT|INTERSECT)\s*⟦DISTINCT⟧/],
  ['how the engine goes about a CTE', /⟦(?:NOT|MATERIALIZED)⟧|NOT\s*⟦MATERIALIZED⟧/],
  ['Snowflake needs no RECURSIVE', /WITH ⟦RECURSIVE⟧/],
  ['what EXISTS selects', /EXISTS\s*\(SELECT\s*⟦1⟧/],
  ['a hint of how to join', /\[⟦\w+⟧\]/],
  ['a comma behind the last column', /⟦,⟧ FROM/],
  ['no engine takes the list without its comma', /\((?:id|a|n)\s*⟦,⟧ \w+\)/],
  ['an alias that nothing uses', /\)\s*(?:AS )?⟦[a-z]⟧|orders (?:AS )?⟦"?o"?⟧$/],
];

function* passedOver(sql: string, dialect: Dialect): Generator<string> {
  const meaning = meaningOf(sql, dialect);
  if (meaning === null) yield `refused: ${sql}`;
  for (const token of tokensOf(sql, dialect)) {
    const [before, text, after] = [sql.slice(0, token.start), sql.slice(token.start, token.end), sql.slice(token.end)];
    const place = `${before.slice(-40)}⟦${text}⟧${after.slice(0, 40)}`.replaceAll('\n', ' ');
    if (NOISE.some(([, where]) => where.test(place))) continue;
    for (const other of replacements(sql, token))
      if (meaningOf(`${before} ${other} ${after}`, dialect) === meaning) yield `${place} → ${other}`;
  }
}

describe('every token of a query counts', () => {
  it.each(DIALECTS)('%s', (dialect) => {
    const common = [...statementsOf('common', dialect), ...statementsOf(dialect, dialect)].map(({ sql }) => sql);
    expect([...common, ...rare(dialect)].flatMap((sql) => [...passedOver(sql, dialect)])).toEqual([]);
  });
});
