import { assert, constantFrom, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesIn, positionIn } from '../../src/model/position.ts';

describe('linesIn', () => {
  it('gives the line that a position has', () => {
    assert(
      property(string({ unit: constantFrom('a', ' ', '\n') }), integer({ min: 1, max: 9 }), (text, line) => {
        const sql = { text, file: 'x.sql', line, column: 1, indent: 0 };
        const lineOf = linesIn(sql);
        for (let offset = 0; offset <= text.length; offset++) {
          expect(lineOf(offset)).toBe(positionIn(sql, offset).line);
        }
      }),
    );
  });
});
