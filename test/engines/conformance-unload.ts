import { expect, it } from 'vitest';
import type { Outflow } from '../../src/model/outflow.ts';
import { failure, id, never, opened, table, type Subject } from './subject.ts';
import { eachWith } from './with-subject.ts';

async function textOf({ rows }: Outflow): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of rows) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/** Rows on their way into another database. */
export function unloadCases(make: () => Promise<Subject>): void {
  const given = eachWith(make);

  it('are CSV that tells an empty text from none, with types that targets know', async () => {
    const { types } = given().abilities;
    const session = await opened(given());
    const text = (value: string): string => `CAST(${value} AS ${types.text})`;
    const query = `SELECT 1 AS id, ${text("''")} AS a, ${text('NULL')} AS b, ${text(`'c"d,e'`)} AS "C d"`;
    await session.build(table('t', query), never);
    const found = await session.unload(id('t'), async (outflow) => [outflow.columns, await textOf(outflow)], never);
    const columns = ['a', 'b', 'C d'].map((name) => ({ name, type: 'text' }));
    expect(found).toEqual([[{ name: 'id', type: 'integer' }, ...columns], '1,"",,"c""d,e"\n']);
    await session.close();
  });

  it('come whole, and stop where nobody takes them', async () => {
    const session = await opened(given());
    const numbers = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT i FROM n';
    await session.build(table('t', numbers), never);
    const lines = await session.unload(id('t'), async (outflow) => (await textOf(outflow)).split('\n').length, never);
    expect(lines).toBe(50_001);
    const refuses = async (): Promise<never> => {
      throw new Error('no room');
    };
    expect((await failure(session.unload(id('t'), refuses, never))).message).toBe('no room');
    const first = async ({ rows }: Outflow): Promise<number> => {
      for await (const piece of rows) return piece.byteLength;
      return 0;
    };
    expect(await session.unload(id('t'), first, never)).toBeGreaterThan(0);
    expect((await session.query('SELECT 1 AS n')).rows).toEqual([[1]]);
    await session.close();
  });
}
