import { describe, expect, it } from 'vitest';
import { ignoresIn } from '../../src/lint/ignores.ts';
import { checked, line } from './checked.ts';

const ORDERS = { 'models/raw/orders.yml': 'kind: source\nname: raw.orders\nfile: data/orders.csv\n' };
const told = async (sql: string): Promise<readonly string[]> =>
  (await checked({ ...ORDERS, 'models/marts/x.sql': sql })).map(line).map((one) => one.split(' | ')[0] ?? '');

const STAR = 'SELECT * FROM raw.orders';

describe('bough-ignore', () => {
  it.each([
    [`${STAR} -- bough-ignore select-star every column is wanted\n`],
    [`-- bough-ignore select-star every column is wanted\n${STAR}\n`],
    [`-- bough-ignore select-star one\n-- bough-ignore reference-unused two\n${STAR}\n`],
  ])('silences its own line, or the next where it stands alone: %j', async (sql) => {
    expect((await told(sql)).filter((one) => one.includes('whatever columns'))).toEqual([]);
  });

  it('silences no other line, no other rule, and says so', async () => {
    expect(await told(`-- bough-ignore select-star why\n\n${STAR}\n`)).toEqual([
      'models/marts/x.sql:1:1 warning `select-star` finds nothing in line 2.',
      'models/marts/x.sql:3:8 warning `marts.x` has whatever columns its input has: its query ends in `*`.',
    ]);
    expect(await told(`${STAR} -- bough-ignore reference-unused why\n`)).toHaveLength(2);
  });

  it('needs a rule that there is, and a reason', async () => {
    const star = 'models/marts/x.sql:1:8 warning `marts.x` has whatever columns its input has: its query ends in `*`.';
    expect(await told(`${STAR} -- bough-ignore select-star\n`)).toEqual([
      star,
      'models/marts/x.sql:1:26 error The comment does not say why.',
    ]);
    expect(await told(`${STAR} -- bough-ignore\n`)).toEqual([
      star,
      'models/marts/x.sql:1:26 error The comment does not say which rule, and why.',
    ]);
    expect(await told(`${STAR} -- bough-ignore select-stars all\n`)).toEqual([
      star,
      'models/marts/x.sql:1:26 error There is no rule `select-stars`.',
    ]);
  });

  it('works in YAML', async () => {
    const config = `name: x
references:
  days: value # bough-ignore reference-unused for the script that comes
environments: { prod: { days: 3 } }
`;
    expect(await checked({ 'bough.yml': config })).toEqual([]);
  });

  it('is a comment of its own, not a piece of text', () => {
    const lines = [
      "SELECT ' -- bough-ignore a b'",
      'x--bough-ignore a b',
      '-- bough-ignored a b',
      '# see bough-ignore a',
    ];
    expect(lines.flatMap((text) => ignoresIn({ path: 'x', text }))).toEqual([]);
  });
});
