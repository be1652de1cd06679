import { inspect } from 'node:util';
import { array, assert, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mask, maskError, Masking, noteSecret } from '../../src/model/masking.ts';
import { problem, UserError } from '../../src/model/problems.ts';
import { Secret } from '../../src/model/secret.ts';

const VALUE = `c@n'ary "&é/+%7\\`;
const KEY = ['-----BEGIN KEY-----', 'MIIEowIBAAKCAQEA1', 'zzq8Tq3hJ0fYx2', '-----END KEY-----'].join('\n');
noteSecret(VALUE);
noteSecret(KEY);
const encoded = Buffer.from(VALUE);

const FORMS: readonly (readonly [string, string])[] = [
  ['as it is', VALUE],
  ['in an address', encodeURIComponent(VALUE)],
  ['in an address, small', encodeURIComponent(VALUE).replaceAll(/%../g, (code) => code.toLowerCase())],
  ['in a form', new URLSearchParams({ v: VALUE }).toString().slice(2)],
  ['as JSON', JSON.stringify(VALUE).slice(1, -1)],
  ['as JSON in JSON', JSON.stringify(JSON.stringify(VALUE)).slice(3, -3)],
  ['as JSON in ASCII', JSON.stringify(VALUE).slice(1, -1).replaceAll('é', '\\u00e9')],
  ['in SQL', VALUE.replaceAll("'", "''")],
  ['as base64', encoded.toString('base64')],
  ['as base64url', encoded.toString('base64url')],
  ['as hex', encoded.toString('hex')],
  ['as HEX', encoded.toString('hex').toUpperCase()],
];

describe('masking', () => {
  it.each(FORMS)('finds a value %s', (_, form) => {
    expect(mask(`before ${form} after`)).toBe('before [secret] after');
  });

  it.each(FORMS)('finds it %s however it is cut', (_, form) => {
    const text = `ab ${form} cd ${form.slice(0, -1)}`;
    assert(
      property(array(nat(text.length), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.toSorted((one, other) => one - other), text.length];
        const masking = new Masking();
        const out = at.slice(1).map((end, index) => masking.next(text.slice(at[index], end)));
        expect([...out, masking.end()].join('')).toBe(mask(text));
      }),
      { numRuns: 50 },
    );
  });

  it('lets out at once what begins no secret', () => {
    expect(new Masking().next('Apply this to dev? ')).toBe('Apply this to dev? ');
  });

  it.each(['u:', 'us:', 'usr:', ''])('finds it in the base64 of `%s` and the value', (before) => {
    const shown = mask(Buffer.from(`${before}${VALUE}@host`).toString('base64'));
    expect(shown).toContain('[secret]');
    const rest = Buffer.from(shown.replace('[secret]', ''), 'base64').toString('latin1');
    expect(rest.length).toBeLessThan(before.length + 5 + 5);
  });

  it('finds single lines of a key', () => {
    expect(mask('  MIIEowIBAAKCAQEA1')).toBe('  [secret]');
    expect(mask(KEY)).toBe('[secret]');
  });

  it('leaves short values and everyday words alone', () => {
    for (const value of ['', 'a', 'e', 'abcde', 'postgres', 'PASSWORD']) noteSecret(value);
    const text = 'the abcde of postgres: PASSWORD';
    expect(mask(text)).toBe(text);
  });

  it('takes the longer of two that begin alike', () => {
    noteSecret('tw0-faced');
    noteSecret('tw0-faced-longer');
    const masking = new Masking();
    expect([masking.next('x tw0-faced'), masking.next('-longer y'), masking.end()].join('')).toBe('x [secret] y');
  });

  it('is told of every secret that is made', () => {
    expect(mask('made-on-the-way')).toBe('made-on-the-way');
    expect(new Secret('made-on-the-way').reveal()).toBe('made-on-the-way');
    expect(mask('made-on-the-way')).toBe('[secret]');
  });

  it('reaches problems, errors and all that caused them', () => {
    const cause = Object.assign(new Error(`no ${VALUE}`), { detail: VALUE, at: { text: 1 } });
    const outer = new Error('outer', { cause: new AggregateError([cause], VALUE) });
    const error = new UserError(problem('usage', `wrong ${VALUE}`, { hint: `try ${VALUE}` }), { cause: outer });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('c@n');
    expect(error.problems[0]?.hint).toBe('try [secret]');
    expect(cause.detail).toBe('[secret]');
  });

  it('ends where errors go round', () => {
    const error = new Error(VALUE);
    error.cause = error;
    maskError(error);
    expect(error.message).toBe('[secret]');
  });
});
