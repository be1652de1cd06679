import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEW_CODE, NEW_DATA, SHOP, write, type Files } from '../../support/shop.ts';
import { actors, type Actor, type Operation } from '../../support/actors.ts';
import { apply, collect, Projects, promote, refusal, remove, run } from '../../support/projects.ts';

const OTHER_CODE: Files = { 'models/marts/best.sql': 'SELECT min(revenue) AS revenue FROM marts.revenue\n' };
const WAREHOUSE = ['warehouse.duckdb', 'warehouse.duckdb.wal'];
const STATE = ['state.db', 'state.db-wal', 'state.db-shm'];

const projects = new Projects();
let helper: Actor;

beforeAll(async () => {
  helper = (await actors())();
});

afterAll(async () => {
  await helper.end();
  projects.clear();
});

/** Puts files of `.bough` back as they are in another copy of the project. */
function restore(files: readonly string[], from: string, to: string): void {
  for (const name of files) {
    const source = join(from, '.bough', name);
    rmSync(join(to, '.bough', name), { force: true });
    if (existsSync(source)) cpSync(source, join(to, '.bough', name));
  }
}

const warehouseOf = (directory: string): string =>
  createHash('sha256')
    .update(readFileSync(join(directory, '.bough/warehouse.duckdb')))
    .digest('hex');

/** Every command is refused, and the warehouse stays as it is, byte for byte. */
async function expectRefused(directory: string, operations: readonly Operation[], code: string): Promise<void> {
  const before = warehouseOf(directory);
  for (const operation of operations) {
    const outcome = await helper.do({ directory, operation });
    expect({ operation, refusal: refusal(outcome) }).toEqual({ operation, refusal: { exit: 5, codes: [code] } });
  }
  expect(warehouseOf(directory)).toBe(before);
}

describe('a backup from before a promotion', () => {
  let old: string;
  let current: string;

  beforeAll(async () => {
    const scrap = [OTHER_CODE, apply('scrap'), remove('scrap')];
    old = await projects.make(helper, SHOP, apply('prod'), ...scrap, NEW_CODE, apply('dev'), NEW_DATA, run('prod'));
    current = projects.copy(old);
    expect(await helper.do({ directory: current, operation: promote })).toMatchObject({ exit: 0, moved: true });
  });

  it('of the state is refused by all that write', async () => {
    const directory = projects.copy(current);
    restore(STATE, old, directory);
    write(directory, OTHER_CODE);
    const rollback: Operation = { type: 'rollback', environment: 'prod', to: 1 };
    await expectRefused(directory, [promote, apply('prod'), apply('new'), rollback, collect], 'recovery-impossible');
  });

  it('of the warehouse is refused by all that write', async () => {
    const directory = projects.copy(current);
    restore(WAREHOUSE, old, directory);
    write(directory, OTHER_CODE);
    const rollback: Operation = { type: 'rollback', environment: 'prod', to: 1 };
    await expectRefused(directory, [apply('prod'), apply('new'), rollback, collect], 'recovery-impossible');
  });

  it('of both is where one goes on', async () => {
    const directory = projects.copy(current);
    restore([...STATE, ...WAREHOUSE], old, directory);
    expect(await helper.do({ directory, operation: promote })).toMatchObject({ exit: 0, moved: true });
  });
});

describe('a state', () => {
  it('refuses the warehouse of another', async () => {
    const mine = await projects.make(helper, SHOP, apply('prod'), NEW_CODE);
    const yours = await projects.make(helper, SHOP, apply('prod'));
    restore(WAREHOUSE, yours, mine);
    await expectRefused(mine, [apply('prod'), apply('dev')], 'warehouse-foreign');
  });

  it('refuses a warehouse that was there before it', async () => {
    const directory = await projects.make(helper, SHOP, apply('prod'));
    restore(STATE, await projects.make(helper, SHOP), directory);
    await expectRefused(directory, [apply('prod')], 'warehouse-foreign');
  });

  it('refuses an empty warehouse in the place of its own', async () => {
    const directory = await projects.make(helper, SHOP, apply('prod'), NEW_CODE);
    restore(WAREHOUSE, await projects.make(helper, SHOP), directory);
    const outcome = await helper.do({ directory, operation: apply('prod') });
    expect(refusal(outcome)).toEqual({ exit: 5, codes: ['warehouse-replaced'] });
  });
});
