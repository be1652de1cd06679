import { describe, expect, it } from 'vitest';
import { openStars, read } from '../../src/sql/index.ts';

const stars = (text: string): readonly string[] =>
  openStars(read(text, { dialect: 'duckdb', parameters: {} })).map(({ start, end }) => text.slice(start, end));

describe('openStars', () => {
  it.each([
    ['SELECT * FROM a.t', ['*']],
    ['SELECT x.* FROM a.t AS x, (SELECT 1 AS one) AS y', ['x.*']],
    ['SELECT y.* FROM a.t AS x, (SELECT 1 AS one) AS y', []],
    ['SELECT t.* FROM a.t', ['t.*']],
    ['SELECT * EXCLUDE (id) FROM a.t', ['* EXCLUDE (id)']],
    ['SELECT id FROM a.t UNION ALL SELECT * FROM a.u', ['*']],
    ['(SELECT * FROM a.t)', ['*']],
    ['WITH i AS (SELECT * FROM a.t) SELECT id FROM i', []],
    ['WITH i AS (SELECT * FROM a.t) SELECT * FROM i', ['*']],
    ['WITH i AS (SELECT id FROM a.t) SELECT * FROM i', []],
    ['WITH i(a, b) AS (SELECT * FROM a.t) SELECT * FROM i', []],
    ['WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r', []],
    ['WITH RECURSIVE r AS (SELECT * FROM a.t UNION ALL SELECT * FROM r) SELECT * FROM r', ['*']],
    ['SELECT * FROM (SELECT * FROM a.t) AS s', ['*']],
    ['SELECT * FROM range(3)', []],
    ["SELECT * FROM read_csv('a.csv')", ['*']],
    ['SELECT count(*) FROM a.t', []],
    ['SELECT id FROM a.t WHERE EXISTS (SELECT * FROM a.u)', []],
    ['VALUES (1)', []],
    ['SELECT', []],
  ])('%s', (text, expected) => {
    expect(stars(text)).toEqual(expected);
  });
});
