import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusal, SHOP, Subject } from './subject.ts';

const FILES = {
  ...SHOP,
  'bough.yml': `name: test
environments:
  prod: {}
  dev: {}
  qa: { base: none, engine: { path: elsewhere/qa.duckdb } }
  try: { base: qa }
`,
};

describe('a root of its own', () => {
  it('has a warehouse and a state of its own, and branches of its own', async () => {
    const subject = Subject.make(FILES);
    await subject.apply('prod');
    expect(existsSync(join(subject.root, 'elsewhere/qa.duckdb'))).toBe(false);
    await subject.apply('qa');
    expect(existsSync(join(subject.root, 'elsewhere/qa.duckdb'))).toBe(true);
    expect(existsSync(join(subject.root, '.bough/qa.db'))).toBe(true);
    subject.write({ 'models/marts/customers.sql': 'SELECT 1 AS one\n' });
    await subject.apply('try');
    expect(await subject.rows('try', 'SELECT * FROM marts.customers')).toEqual(['1']);
    expect(await subject.rows('qa', 'SELECT * FROM marts.customers')).toEqual(['ann', 'bob']);
    await subject.promote('try');
    expect(await subject.rows('qa', 'SELECT * FROM marts.customers')).toEqual(['1']);
    expect(await subject.rows('prod', 'SELECT * FROM marts.customers')).toEqual(['ann', 'bob']);
    expect([await subject.head('prod'), await subject.head('qa'), await subject.head('try')]).toEqual([1, 2, 1]);
  });

  it('says where it lives, the base too', async () => {
    const subject = Subject.make({
      ...FILES,
      'bough.yml': FILES['bough.yml'].replace('prod: {}', 'prod: { engine: { path: p.duckdb } }'),
    });
    await subject.apply('prod');
    expect(existsSync(join(subject.root, 'p.duckdb'))).toBe(true);
    expect(existsSync(join(subject.root, '.bough/warehouse.duckdb'))).toBe(false);
  });

  it('is no place for the warehouse of a branch', async () => {
    const branch = FILES['bough.yml'].replace('dev: {}', 'dev: { engine: { path: a.duckdb } }');
    const told = await refusal(Subject.make({ ...FILES, 'bough.yml': branch }).plan('dev'));
    expect(told.text).toContain('`base: none` makes a root of it.');
  });
});
