import type { Files } from './project.ts';

/** A model as a file or a revision says it, in words of our own: nothing of Bough's reader is used. */
export interface Written {
  readonly name: string;
  readonly sql: string;
  /** Types that are forced, by column. */
  readonly types: ReadonlyMap<string, string>;
  /** Nodes that it names beside its query. */
  readonly needs: readonly string[];
  /** Whether the clock is the engine's own. */
  readonly ignoresClock: boolean;
}

const NODE_FILE = /^models\/(\w+)\/(\w+)\.(sql|yml)$/;
const HEAD = /^\/\* bough\n([^*]*)\*\/\n/;
/** Schemas of test projects: `raw`, `mart`, and `m1`, `m2` … for traps. */
const MENTION = /"?\b(raw|mart|m\d+)\b"?\."?(\w+)"?/gi;

export function mentions(sql: string): string[] {
  return [...new Set([...sql.matchAll(MENTION)].map(([, schema, table]) => `${schema}.${table}`.toLowerCase()))];
}

/** A text without what stands round its query. */
export const bareSql = (text: string): string => text.replace(HEAD, '').trim().replace(/;$/, '');

export const typesIn = (yaml: string): Map<string, string> =>
  new Map([...yaml.matchAll(/^ {2}(\w+): (.+)$/gm)].map(([, column = '', type = '']) => [column, type]));

/** Names of all nodes, and the text of their files. */
export function nodeFiles(files: Files): { readonly name: string; readonly ending: string; readonly text: string }[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const [, schema, table, ending] = NODE_FILE.exec(path) ?? [];
    return ending === undefined ? [] : [{ name: `${schema}.${table}`, ending, text }];
  });
}

export const writtenIn = (files: Files): Map<string, Written> =>
  new Map(
    nodeFiles(files)
      .filter(({ ending }) => ending === 'sql')
      .map(({ name, text }) => [name, modelIn(name, text)]),
  );

function modelIn(name: string, text: string): Written {
  const head = HEAD.exec(text)?.[1] ?? '';
  const needs = /^depends_on: \[(.*)\]$/m.exec(head)?.[1]?.split(', ') ?? [];
  const ignoresClock = /^clock: ignore$/m.test(head);
  return { name, sql: bareSql(text), types: typesIn(head), needs, ignoresClock };
}

const DATES = /\b(?:current_date|today\(\))/gi;
const INSTANTS = /\b(?:now\(\)|current_timestamp)/gi;

const atInstant = (sql: string, clock: string): string =>
  sql.replaceAll(DATES, `DATE '${clock.slice(0, 10)}'`).replaceAll(INSTANTS, `TIMESTAMPTZ '${clock}'`);

/** The query as it is run: at an instant, with its types forced. */
export function runnable({ sql, types, ignoresClock }: Written, clock: string): string {
  const timed = ignoresClock ? sql : atInstant(sql, clock);
  if (types.size === 0) return timed;
  const forced = [...types].map(([column, type]) => `CAST(${column} AS ${type}) AS ${column}`);
  return `SELECT * REPLACE (${forced.join(', ')}) FROM (\n${timed}\n)`;
}
