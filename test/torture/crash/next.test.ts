import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actors, type Actor, type Operation } from '../../support/actors.ts';
import { apply, collect, Projects, promote, refusal, remove } from '../../support/projects.ts';
import { NEW_CODE, SHOP, TWO_ROOTS, write, type Files } from '../../support/shop.ts';
import type { Fault } from '../../support/trace.ts';

/** What other commands meet than the one that was killed. */

const BETTER: Files = { 'models/marts/best.sql': 'SELECT min(revenue) AS revenue FROM marts.revenue\n' };

const projects = new Projects();
let start: () => Actor;
let helper: Actor;

beforeAll(async () => {
  start = await actors();
  helper = start();
});

afterAll(async () => {
  await helper.end();
  projects.clear();
});

/** Kills the operation at the first call of that name. */
async function kill(side: Fault['side'], call: string, directory: string, operation: Operation): Promise<void> {
  const rehearsal = await helper.do({ directory: projects.copy(directory), operation });
  const number = rehearsal.type === 'done' ? rehearsal.calls.indexOf(call) + 1 : 0;
  expect(number).toBeGreaterThan(0);
  const victim = start();
  const hit = await victim.do({ directory, operation, fault: { call: number, side, does: 'kill' } });
  expect(hit).toEqual({ type: 'killed' });
}

const rowsOf = async (directory: string, environment: string): Promise<unknown> =>
  (await helper.look(directory)).environments[environment]?.['marts.best'];

describe('an apply of a branch that was killed between its publication and its revision', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await projects.make(helper, SHOP, apply('prod'), NEW_CODE, apply('dev'));
    write(directory, BETTER);
    await kill('before', 'state.commitIntent', directory, apply('dev'));
  });

  it('is finished by a promotion, which brings what readers of the branch see', async () => {
    const copy = projects.copy(directory);
    expect(await rowsOf(copy, 'dev')).toEqual(['{"revenue":20}']);
    expect((await helper.look(copy)).views['dev_marts.best']).toEqual(['["10"]']);
    expect(await helper.do({ directory: copy, operation: promote })).toMatchObject({ exit: 0, moved: true });
    expect(await rowsOf(copy, 'prod')).toEqual(await rowsOf(copy, 'dev'));
    expect((await helper.look(copy)).views['marts.best']).toEqual(['["10"]']);
  });

  it('is finished by gc', async () => {
    const copy = projects.copy(directory);
    expect(await helper.do({ directory: copy, operation: collect })).toMatchObject({ exit: 0 });
    const look = await helper.look(copy);
    expect(look.markers).toEqual(look.heads);
    expect(look.held).toEqual([]);
  });

  it('does not keep the branch from being deleted', async () => {
    const copy = projects.copy(directory);
    expect(await helper.do({ directory: copy, operation: remove('dev') })).toMatchObject({ exit: 0, moved: true });
    expect(Object.keys((await helper.look(copy)).views).filter((name) => name.startsWith('dev_'))).toEqual([]);
  });

  it('does not keep others from their branches', async () => {
    const copy = projects.copy(directory);
    expect(await helper.do({ directory: copy, operation: apply('other') })).toMatchObject({ exit: 0, moved: true });
  });
});

describe('an apply of a root that was killed between its publication and its revision', () => {
  it('is not promoted before it is finished', async () => {
    const directory = await projects.make(helper, SHOP, TWO_ROOTS, apply('dev'), promote, NEW_CODE, apply('dev'));
    write(directory, BETTER);
    await kill('before', 'state.commitIntent', directory, apply('dev'));
    expect(refusal(await helper.do({ directory, operation: promote }))).toEqual({ exit: 4, codes: ['lease-held'] });
    expect(await helper.do({ directory, operation: collect })).toMatchObject({ exit: 0 });
    expect(await helper.do({ directory, operation: promote })).toMatchObject({ exit: 0, moved: true });
    expect(await rowsOf(directory, 'prod')).toEqual(await rowsOf(directory, 'dev'));
    expect((await helper.look(directory)).views['marts.best']).toEqual(['["10"]']);
  });
});

describe('an apply of a new branch that was killed before its publication', () => {
  it('leaves its claims to others, and its builds where they are whole', async () => {
    const directory = await projects.make(helper, SHOP, apply('prod'), NEW_CODE);
    await kill('before', 'state.finishBuild', directory, apply('dev'));
    expect(await helper.do({ directory, operation: apply('other') })).toMatchObject({ exit: 0, built: 3 });
    await kill('before', 'state.writeIntent', directory, apply('dev'));
    expect(await helper.do({ directory, operation: apply('dev') })).toMatchObject({ exit: 0, built: 0 });
    expect(await helper.do({ directory, operation: collect })).toMatchObject({ exit: 0, collected: 1 });
    const look = await helper.look(directory);
    expect(look.relations).toEqual(look.builds.map(({ id }) => id));
    expect(look.held).toEqual([]);
  });

  it('leaves nothing to anybody who collects the garbage', async () => {
    const directory = await projects.make(helper, SHOP, apply('prod'), NEW_CODE);
    const before = await helper.look(directory);
    await kill('after', 'state.writeIntent', directory, apply('dev'));
    expect(await helper.do({ directory, operation: collect })).toMatchObject({ exit: 0, collected: 3 });
    const look = await helper.look(directory);
    expect(look.relations).toEqual(before.relations);
    expect(look.held).toEqual([]);
    expect(refusal(await helper.do({ directory, operation: remove('dev') }))).toEqual({
      exit: 1,
      codes: ['environment-unknown'],
    });
  });
});
