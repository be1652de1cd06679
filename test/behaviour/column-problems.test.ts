import { describe, expect, it } from 'vitest';
import { refusal, SHOP, Subject } from './subject.ts';

const STAGING = 'models/staging/orders.sql';
const LOUD = 'models/marts/loud.sql';
/** Reads a name that the reader takes for a missing column; the engine says what it makes of it. */
const UNKNOWN = 'SELECT customer, nowhere FROM staging.orders\n';

describe('a column that nobody knows', () => {
  it('is a warning in new text, and the engine has the last word at the build', async () => {
    const subject = Subject.make({ ...SHOP, [LOUD]: UNKNOWN });
    const planned = await subject.plan('prod');
    expect(planned.warnings).toMatchObject([
      { code: 'column-unknown', severity: 'warning', at: { file: LOUD, line: 1, column: 18 } },
    ]);
    const { result } = await subject.apply('prod');
    expect(result.problems).toMatchObject([{ code: 'build-failed', at: { file: LOUD, line: 1, column: 18 } }]);
    expect(result.moved).toBe(false);
  });

  it('is an error in text that ran before, however the change came', async () => {
    const subject = Subject.make();
    await subject.apply('prod');
    subject.write({ [STAGING]: 'SELECT id, amount FROM raw.orders WHERE amount > 0\n' });
    expect(await refusal(subject.apply('dev'))).toMatchObject({ exit: 1, codes: ['column-unknown', 'column-unknown'] });
    const columns = 'SELECT id, amount, customer AS client FROM raw.orders WHERE amount > 0\n';
    subject.write({ [STAGING]: columns, 'models/marts/revenue.sql': 'SELECT client FROM staging.orders\n' });
    const refused = await refusal(subject.apply('dev'));
    expect(refused.codes).toEqual(['column-unknown']);
  });

  it('is an error where the column went in the same edit, even if nothing of it is used and nothing is built', async () => {
    const loud = (count: string): string =>
      `WITH o AS (SELECT id, tag FROM staging.orders) SELECT ${count} AS entries FROM o\n`;
    const tagged = "SELECT id, customer, amount, 'new' AS tag FROM raw.orders WHERE amount > 0\n";
    const subject = Subject.make({ ...SHOP, [STAGING]: tagged, [LOUD]: loud('count(*)') });
    await subject.apply('prod');
    subject.write({ [STAGING]: SHOP[STAGING], [LOUD]: loud('(count(*))') });
    expect((await refusal(subject.apply('dev'))).codes).toEqual(['column-unknown']);
  });
});
