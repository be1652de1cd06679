import { createHash } from 'node:crypto';
import type { ForeignVersion } from '../../model/node.ts';
import type { Wire } from '../../postgres/wire.ts';
import { columnAt, type ForeignColumn } from '../contract.ts';

export interface Versioned {
  /** A query that gives the rows. */
  readonly select: string;
  readonly columns: readonly ForeignColumn[];
  readonly version: ForeignVersion;
  /** Where the rows are; two databases may well promise the same. */
  readonly place: string;
  /** Major version of the server, whose hash may be another in the next. */
  readonly server: number;
}

/** The token of what a source holds; null where every taking is another delivery. */
export async function tokenOf(wire: Wire, asked: Versioned): Promise<string | null> {
  const { version, place, server } = asked;
  switch (version.type) {
    case 'live':
      return null;
    case 'content':
      return digest(asked, ['content', `postgres ${server}`], await contentOf(wire, asked));
    case 'max':
      return digest(asked, ['max', place, version.of], await greatest(wire, asked, version.of));
    case 'query':
      return digest(asked, ['query', place], await one(wire, version.query));
  }
}

/** A row's text as PostgreSQL itself writes it, NULL apart from '': two hashes of it are summed, whatever the order. */
function contentOf(wire: Wire, { select, columns }: Versioned): Promise<readonly (string | null)[]> {
  const names = columns.map((_, index) => columnAt(index)).join(', ');
  // OFFSET 0 keeps the planner from writing each row's text twice.
  return single(
    wire,
    `SELECT count(*), sum(hashtextextended(t, 0)), sum(hashtextextended(t, 1))
     FROM (SELECT ROW(${names})::text COLLATE "C" AS t FROM (${select}) AS r (${names}) OFFSET 0) AS s`,
  );
}

const greatest = (wire: Wire, { select }: Versioned, of: readonly string[]): Promise<readonly (string | null)[]> =>
  single(wire, `SELECT count(*), ${of.map((term) => `max(${term})::text`).join(', ')} FROM (${select}) AS rows`);

const single = async (wire: Wire, statement: string): Promise<readonly (string | null)[]> =>
  (await wire.one(statement)).rows[0] ?? [];

/** Thrown where a version query does not give one value. */
export class NoVersion extends Error {}

async function one(wire: Wire, query: string): Promise<readonly (string | null)[]> {
  const { rows, fields } = await wire.one(query);
  const [row] = rows;
  if (row === undefined || rows.length > 1 || fields.length !== 1) {
    throw new NoVersion(
      `A version query gives one value; this one gave ${rows.length} rows of ${fields.length} columns`,
    );
  }
  return row;
}

function digest({ columns }: Versioned, how: readonly unknown[], values: readonly (string | null)[]): string {
  const typed = columns.map(({ name, written }) => [name, written]);
  const told = JSON.stringify(['bough.source/1', how, typed, values]);
  return createHash('sha256').update(told).digest('hex').slice(0, 32);
}
