import { describe, expect, it } from 'vitest';
import { FORMATS, rowsDocument, WRITERS, type Format } from '../../src/cli/output/rows.ts';
import { PAPER, PLAIN } from '../../src/cli/output/style.ts';
import type { ResultSet } from '../../src/engines/contract.ts';

const written = async (result: ResultSet, format: Format, screen = PAPER): Promise<string> => {
  let text = '';
  for await (const part of WRITERS[format](result, screen)) text += part;
  return text;
};

const ROWS: ResultSet = {
  columns: [
    { name: 'id', type: 'INTEGER' },
    { name: 'total', type: 'DECIMAL(18,2)' },
    { name: 'note', type: 'VARCHAR' },
    { name: 'tags', type: 'INTEGER[]' },
  ],
  rows: [
    [1, '12.50', 'a "b", c|d', [1, 2]],
    [20, null, null, null],
    [3, '0.00', '', []],
    [4, '1.00', 'two\nlines\u001b[31m', null],
  ],
};
const NONE: ResultSet = { columns: [{ name: 'id', type: 'INTEGER' }], rows: [] };

describe('rows', () => {
  it('as CSV: a header, quotes where needed, NULL empty and an empty text quoted', async () => {
    expect(await written(ROWS, 'csv')).toBe(
      'id,total,note,tags\n1,12.50,"a ""b"", c|d","[1,2]"\n20,,,\n3,0.00,"",[]\n4,1.00,"two\nlines\u001b[31m",\n',
    );
    expect(await written(NONE, 'csv')).toBe('id\n');
  });

  it('as JSON: an array of objects, exact strings as they come', async () => {
    expect(JSON.parse(await written(ROWS, 'json'))[0]).toEqual({
      id: 1,
      total: '12.50',
      note: 'a "b", c|d',
      tags: [1, 2],
    });
    expect(JSON.parse(await written(ROWS, 'json'))).toHaveLength(4);
    expect(JSON.parse(await written(NONE, 'json'))).toEqual([]);
  });

  it('as a document with the types of its columns', () => {
    expect(rowsDocument({ columns: [{ name: 'n', type: 'BIGINT' }], rows: [['9007199254740993']] })).toEqual({
      format: 'bough.sql/1',
      columns: [{ name: 'n', type: 'BIGINT' }],
      rows: [{ n: '9007199254740993' }],
    });
  });

  it('keeps every column where two have one name', async () => {
    const columns = ['a', 'a', 'a_1', '__proto__'].map((name) => ({ name, type: 'INTEGER' }));
    expect(JSON.parse(await written({ columns, rows: [[1, 2, 3, 4]] }, 'json'))).toEqual([
      JSON.parse('{"a":1,"a_2":2,"a_1":3,"__proto__":4}'),
    ]);
  });

  it('as markdown', async () => {
    expect(await written(ROWS, 'markdown')).toBe(`| id | total | note | tags |
| ---: | ---: | --- | --- |
| 1 | 12.50 | a "b", c\\|d | [1,2] |
| 20 |  |  |  |
| 3 | 0.00 |  | [] |
| 4 | 1.00 | two<br>lines\uFFFD[31m |  |
`);
  });

  it('as a table: numbers to the right, nothing that acts on the terminal', async () => {
    expect(await written(ROWS, 'table')).toBe(`id  total  note             tags
──  ─────  ───────────────  ─────
 1  12.50  a "b", c|d       [1,2]
20   NULL  NULL             NULL
 3   0.00                   []
 4   1.00  two\\nlines\uFFFD[31m  NULL
4 rows
`);
  });

  it('as records where the table is wider than the terminal', async () => {
    const text = await written({ ...ROWS, rows: ROWS.rows.slice(0, 2) }, 'table', { style: PLAIN, width: 20 });
    expect(text).toBe(`── 1 ──
id     1
total  12.50
note   a "b", c|d
tags   [1,2]
── 2 ──
id     20
total  NULL
note   NULL
tags   NULL
2 rows
`);
    expect(await written(NONE, 'table', { style: PLAIN, width: 20 })).toContain('id');
  });

  it.each(FORMATS)('as %s in pieces that together hold every row', async (format) => {
    const rows = Array.from({ length: 2_500 }, (_, index) => [index]);
    const text = await written({ columns: [{ name: 'n', type: 'INTEGER' }], rows }, format);
    expect(
      text
        .match(/\d+/g)
        ?.map(Number)
        .filter((n) => n !== 2_500),
    ).toEqual(format === 'table' ? [...rows.flat(), 2, 500] : rows.flat());
  });
});
