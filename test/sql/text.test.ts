import { array, assert, nat, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineColumn, offsetOf, read, splice, splitStatements } from '../../src/sql/index.ts';
import type { Reading } from '../../src/sql/index.ts';

const reading = (sql: string, parameters: Readonly<Record<string, string | number | boolean | null>> = {}): Reading =>
  read(sql, { dialect: 'duckdb', parameters });

const filled = (sql: string, parameters: Parameters<typeof reading>[1]): string => {
  const { parameters: uses } = reading(sql, parameters);
  return splice(
    sql,
    uses.map(({ span, literal }) => ({ span, text: literal })),
  ).text;
};

describe('parameters', () => {
  it('become literals', () => {
    const sql = 'SELECT {{ n }}, {{t}}, {{ yes }}, {{ nothing }}, 1 - {{ below }} FROM s.t';
    const text = filled(sql, { n: 3.5, t: "it's", yes: true, nothing: null, below: -2 });
    expect(text).toBe("SELECT 3.5, 'it''s', TRUE, NULL, 1 - (-2) FROM s.t");
  });

  it('are in the keys by their values', () => {
    const canonical = (n: number): string => reading('SELECT a FROM s.t WHERE b > {{ n }}', { n }).canonical;
    expect(canonical(1)).not.toBe(canonical(2));
    expect(canonical(1)).toBe(reading('select a from s.t where b > 1').canonical);
  });

  it('within quotes are refused', () => {
    const { problems } = reading('SELECT \'x {{ n }}\' AS f, "{{ n }}" FROM s.t', { n: 1 });
    expect(problems.map(({ code, span }) => [code, span.start])).toEqual([
      ['parameter-quoted', 10],
      ['parameter-quoted', 26],
    ]);
  });

  it('within comments are nothing', () => {
    expect(reading('SELECT 1 AS f -- {{ n }}')).toMatchObject({ parameters: [], problems: [] });
  });

  it('that are unknown have a nearest name', () => {
    expect(reading('SELECT {{ regoin }}', { region: 1 }).problems).toMatchObject([
      { code: 'parameter-unknown', hint: 'did you mean `region`?', span: { start: 7, end: 19 } },
    ]);
    expect(reading('SELECT {{ constructor }}').problems).toMatchObject([{ code: 'parameter-unknown' }]);
  });
});

describe('splicing', () => {
  it('leads places back to the original', () => {
    const spliced = splice('FROM a.b JOIN c.d', [
      { span: { start: 14, end: 17 }, text: 'physical2' },
      { span: { start: 5, end: 8 }, text: 'p' },
    ]);
    expect(spliced.text).toBe('FROM p JOIN physical2');
    expect([0, 5, 6, 12, 15, 21].map((offset) => spliced.toOriginal(offset))).toEqual([0, 5, 8, 14, 14, 14]);
  });

  it('refuses edits that overlap', () => {
    const edit = { span: { start: 0, end: 2 }, text: '' };
    expect(() => splice('abc', [edit, { span: { start: 1, end: 3 }, text: '' }])).toThrow('overlap');
  });

  it('changes nothing outside its edits', () => {
    const edits = array(tuple(nat(40), nat(5), string({ maxLength: 5 })), { maxLength: 6 });
    assert(
      property(string({ minLength: 60, maxLength: 80 }), edits, (text, raw) => {
        let last = 0;
        const chosen = raw.flatMap(([gap, size, replacement]) => {
          const start = last + gap;
          last = start + size;
          return last <= text.length ? [{ span: { start, end: last }, text: replacement }] : [];
        });
        const spliced = splice(text, chosen);
        let expected = text;
        for (const { span, text: replacement } of chosen.toReversed()) {
          expected = expected.slice(0, span.start) + replacement + expected.slice(span.end);
        }
        expect(spliced.text).toBe(expected);
        expect(spliced.toOriginal(spliced.text.length)).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe('places', () => {
  it('count lines and columns from 1, and back', () => {
    const text = 'ab\nc\n\nd';
    const places = [0, 1, 2, 3, 4, 5, 6, 7].map((offset) => lineColumn(text, offset));
    expect(places.map(({ line, column }) => `${line}:${column}`)).toEqual([
      '1:1',
      '1:2',
      '1:3',
      '2:1',
      '2:2',
      '3:1',
      '4:1',
      '4:2',
    ]);
    for (const [offset, { line, column }] of places.entries()) expect(offsetOf(text, line, column)).toBe(offset);
  });
});

describe('scripts', () => {
  it.each([
    ['SELECT 1', [], 'SELECT 1'],
    ['SELECT 1;', ['SELECT 1'], ''],
    ['SELECT 1;\n', ['SELECT 1'], ''],
    ["SELECT ';' ; -- ;\nSELECT 2; SELECT", ["SELECT ';'", 'SELECT 2'], 'SELECT'],
    [';;', [], ''],
    ['SELECT $$;$$; SELECT "a;b"', ['SELECT $$;$$'], 'SELECT "a;b"'],
    ["SELECT 'a;", [], "SELECT 'a;"],
    ['SELECT (1;2', [], 'SELECT (1;2'],
    ['SELECT 1; /* open', ['SELECT 1'], '/* open'],
    ['SELECT 1; /* done */', ['SELECT 1'], ''],
  ])('%j', (text, whole, rest) => {
    expect(splitStatements(text)).toEqual({ whole, rest });
  });
});

describe('the canonical text', () => {
  const canonical = (text: string): string => reading(text).canonical;

  it('has no letter case in words of the grammar and names of functions', () => {
    const upper =
      'SELECT a, SUM(b) FILTER (WHERE a > 1) OVER (PARTITION BY a ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS c FROM s.t LEFT JOIN s.u USING (a) ORDER BY a NULLS FIRST';
    expect(canonical(upper.toLowerCase())).toBe(canonical(upper));
  });

  it('has that of names', () => {
    expect(canonical('SELECT A FROM s.t')).not.toBe(canonical('SELECT a FROM s.t'));
    expect(canonical('SELECT 1 AS Name')).not.toBe(canonical('SELECT 1 AS name'));
  });
});
