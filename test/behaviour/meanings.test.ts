import { join } from 'node:path';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { lines, reasons, Subject } from './subject.ts';

const FILTERED = 'SELECT id, customer, amount FROM raw.orders WHERE amount > 15\n';

it('a meaning in a form of another version is anything: the change is breaking, says why, and is built', async () => {
  const subject = Subject.make();
  await subject.apply('prod');
  await subject.close();
  const state = new Database(join(subject.root, '.bough/state.db'));
  state.exec(`UPDATE meanings SET meaning_json = '{"format":"bough.meaning/999","shape":[]}'`);
  state.close();
  subject.write({ 'models/staging/orders.sql': FILTERED });
  const { planned } = await subject.apply('prod');
  expect(lines(planned)).toEqual([
    'marts.customers indirect breaking build',
    'marts.revenue indirect breaking build',
    'staging.orders modified breaking build',
  ]);
  expect(reasons(planned, 'staging.orders')).toContain('recorded by another version of Bough');
  expect(await subject.rows('prod', 'SELECT * FROM marts.revenue')).toEqual(['ann|30', 'bob|20']);
});
