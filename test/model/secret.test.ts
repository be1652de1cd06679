import { isDeepStrictEqual, inspect, format } from 'node:util';
import { serialize } from 'node:v8';
import { canonicalize } from 'json-canonicalize';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';

const CANARY = 'hunter2-canary';
const secret = new Secret(CANARY);

describe('a secret', () => {
  it('is revealed on demand', () => {
    expect(secret.reveal()).toBe(CANARY);
  });

  it.each<[string, () => string]>([
    ['toString', () => String(secret)],
    ['a template literal', () => `${secret.toString()} ${secret as unknown as string}`],
    ['a sum', () => 'password: ' + (secret as unknown as string)],
    ['JSON', () => JSON.stringify({ secret, list: [secret] })],
    ['canonical JSON', () => canonicalize({ secret })],
    ['inspect', () => inspect({ secret, deep: { deeper: { secret } } }, { depth: 9, showHidden: true })],
    ['format', () => format('%s %o %O %j', secret, secret, secret, secret)],
    ['an error and its cause', () => inspect(new Error(`no ${String(secret)}`, { cause: secret }))],
    ['a list joined', () => [secret, secret].join(',')],
    ['a key', () => Object.keys({ [secret as unknown as string]: 1 }).join(',')],
  ])('shows nothing in %s', (_, show) => {
    expect(show()).not.toContain(CANARY);
    expect(show()).toContain('[secret]');
  });

  it('holds it in nothing that can be walked', () => {
    const own = Reflect.ownKeys(secret).map((key) => String(Reflect.get(secret, key)));
    expect(own.join(' ')).not.toContain(CANARY);
    expect(Object.entries(secret).flat().map(String).join(' ')).not.toContain(CANARY);
    expect(JSON.stringify(Object.assign({}, secret))).not.toContain(CANARY);
  });

  it('cannot be cloned or sent to another thread', () => {
    expect(() => structuredClone(secret)).toThrow();
    expect(() => structuredClone({ secret })).toThrow();
    expect(() => serialize({ secret })).toThrow();
  });

  it('is equal to nothing but itself', () => {
    const twin = new Secret(CANARY);
    expect(secret === twin).toBe(false);
    expect(isDeepStrictEqual(secret, twin)).toBe(false);
    expect(isDeepStrictEqual(secret, secret)).toBe(true);
    expect((secret as unknown) == CANARY).toBe(false);
  });

  it('has no order', () => {
    expect(() => (secret as unknown as number) < 1).toThrow(TypeError);
    expect(() => Number(secret)).toThrow(TypeError);
  });
});
