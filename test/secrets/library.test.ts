import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentName, openWorkspace } from '../../src/index.ts';
import { asError } from '../../src/model/problems.ts';
import { SHOP, write } from '../support/shop.ts';
import { canary, sightings, type Evidence } from './canary.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
const folder = mkdtempSync(join(tmpdir(), 'bough-library-'));
const right = canary('right');
const wrong = canary('wrong');
let guarded: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  write(folder, SHOP);
  guarded = Reflect.get(await homes.make({ credential: 'own_db', password: right.value }, null), 'engine');
});
afterAll(async () => {
  await homes.clear();
  rmSync(folder, { recursive: true, force: true });
});

/** Everything that a program could make of a value: what it prints, what it serialises, what it finds inside. */
function told(raw: unknown): readonly Evidence[] {
  const seen = new Set<unknown>();
  const inside = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return typeof value === 'object' ? null : value;
    seen.add(value);
    return Object.fromEntries(Reflect.ownKeys(value).map((key) => [String(key), inside(Reflect.get(value, key))]));
  };
  return [
    { where: 'inspect', content: inspect(raw, { depth: 20, showHidden: true, getters: true }) },
    { where: 'JSON', content: JSON.stringify(raw) ?? '' },
    { where: 'all that is inside', content: JSON.stringify(inside(raw)) },
    { where: 'stack', content: asError(raw).stack ?? '' },
  ];
}

const CASES: readonly (readonly [string, (engine: object) => object])[] = [
  ['nobody listens', (engine) => ({ ...engine, port: 1 })],
  ['the password is refused', (engine) => engine],
  ['there is no such database', (engine) => ({ ...engine, database: 'no_such' })],
  ['there is no such host', (engine) => ({ ...engine, host: 'no-such-host.invalid' })],
  ['a certificate is wanted that there is not', (engine) => ({ ...engine, sslmode: 'verify-full' })],
];

describe('errors for programs', () => {
  it.each(CASES)('hold no secret where %s', async (_, change) => {
    writeFileSync(join(folder, 'bough.yml'), JSON.stringify({ name: 'shop', engine: change(guarded) }));
    const workspace = await openWorkspace({ directory: folder, variables: { OWN_DB: wrong.value } });
    const failure: unknown = await workspace
      .planApply(environmentName('prod'))
      .then(
        (planned) => workspace.execute(planned),
        (error: unknown) => error,
      )
      .catch((error: unknown) => error);
    expect(asError(failure).cause ?? failure).toBeInstanceOf(Error);
    expect(sightings([right, wrong], [...told(failure), ...told(workspace)])).toEqual([]);
    await workspace.close();
  });

  it('hold none where a model fails over one, and neither does the history', async () => {
    writeFileSync(join(folder, 'bough.yml'), JSON.stringify({ name: 'shop', engine: guarded, state: '.bough/own.db' }));
    write(folder, {
      'models/raw/orders.yml': `${SHOP['models/raw/orders.yml']}columns: { order_id: integer, amount: integer }\n`,
      'models/marts/bad.sql': `SELECT CAST('${right.value}' AS integer) + revenue AS x FROM marts.revenue\n`,
    });
    const workspace = await openWorkspace({ directory: folder, variables: { OWN_DB: right.value } });
    const planned = await workspace.planApply(environmentName('prod'));
    const result = await workspace.execute(planned, { message: `the password is ${right.value}` });
    expect(result.problems.map(({ code }) => code)).toContain('build-failed');
    expect(sightings([right], told(result.problems))).toEqual([]);
    write(folder, { 'models/marts/bad.sql': null });
    await workspace.execute(await workspace.planApply(environmentName('prod')), { message: `it is ${right.value}` });
    const history = await workspace.history(environmentName('prod'));
    expect(history.map(({ message }) => message)).toEqual(['it is [secret]']);
    await workspace.close();
  });
});
