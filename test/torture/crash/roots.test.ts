import { afterAll, beforeAll, expect, it } from 'vitest';
import { actors, type Actor } from '../../support/actors.ts';
import type { Look } from '../../support/look.ts';
import { apply, collect, Projects, promote } from '../../support/projects.ts';
import { NEW_CODE, SHOP, TWO_ROOTS } from '../../support/shop.ts';
import { torn } from '../invariants.ts';

/** A promotion from one root to another, killed where it writes: the other root is whole, and the next command goes on. */

const projects = new Projects();
let start: () => Actor;
let helper: Actor;
let template: string;
let calls: readonly string[];
let before: Look;
let after: Look;

const TIMEOUT = 300_000;

beforeAll(async () => {
  start = await actors();
  helper = start();
  template = await projects.make(helper, SHOP, TWO_ROOTS, apply('dev'), promote, NEW_CODE, apply('dev'));
  before = await helper.look(template);
  const directory = projects.copy(template);
  const done = await helper.do({ directory, operation: promote });
  calls = done.type === 'done' ? done.calls : [];
  after = await helper.look(directory);
}, TIMEOUT);

afterAll(async () => {
  await helper.end();
  projects.clear();
});

const seen = ({ views, environments }: Look): unknown => ({ views, environments });

it.each([
  ['before', 'state.startOperation'],
  ['after', 'session.build'],
  ['before', 'state.finishBuild'],
  ['after', 'state.acquireLease'],
  ['after', 'state.writeIntent'],
  ['before', 'session.publish'],
  ['after', 'session.publish'],
  ['after', 'state.commitIntent'],
] as const)('killed %s %s', { timeout: TIMEOUT }, async (side, call) => {
  const number = calls.indexOf(call) + 1;
  expect(number).toBeGreaterThan(0);
  const directory = projects.copy(template);
  const victim = start();
  expect(await victim.do({ directory, operation: promote, fault: { call: number, side, does: 'kill' } })).toEqual({
    type: 'killed',
  });
  expect(torn(await helper.look(directory), { before, after, tidy: after })).toEqual([]);
  expect(await helper.do({ directory, operation: promote })).toMatchObject({ type: 'done', exit: 0 });
  expect(seen(await helper.look(directory))).toEqual(seen(after));
  expect(await helper.do({ directory, operation: promote })).toMatchObject({ type: 'done', exit: 0, changes: false });
  expect(await helper.do({ directory, operation: collect })).toMatchObject({ type: 'done', exit: 0 });
  const tidy = await helper.look(directory);
  expect(seen(tidy)).toEqual(seen(after));
  expect(tidy.relations).toEqual(tidy.builds.map(({ id }) => id));
  expect(tidy.held).toEqual([]);
});
