import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engines/index.ts';
import type { Session } from '../../src/engines/contract.ts';
import { asBuildId, asEnvironmentName, asKey, asOperationId, nodeName } from '../../src/model/ids.ts';
import { buildId } from '../../src/plan/names.ts';
import { loadConfig } from '../../src/project/index.ts';
import { currentHolder } from '../../src/state/holder.ts';
import { openState } from '../../src/state/index.ts';
import { exporting, WAREHOUSES } from '../targets/world.ts';
import type { Subject } from './subject.ts';

/** What a process leaves that was thought dead, made its table after that, and was killed before it could say so. */

const KEY = asKey('0123456789abcdef0123456789abcdef');
const STRAY = buildId(nodeName('marts', 'late'), KEY, 'aaaaaa');

const { project } = exporting();

/** Past Bough: no state hears of it. */
async function inWarehouse<T>(subject: Subject, work: (session: Session) => Promise<T>): Promise<T> {
  const config = loadConfig(subject.root);
  const patience = { wait: 0, signal: new AbortController().signal, onWait: () => undefined };
  const session = await openEngine(config.engine, config.timezone).open('write', patience);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

const make = (subject: Subject, name: string): Promise<unknown> =>
  inWarehouse(subject, (session) =>
    session.build(
      { type: 'table', id: asBuildId(name), query: 'SELECT 1 AS n', storage: {} },
      new AbortController().signal,
    ),
  );

const standing = (subject: Subject): Promise<readonly string[]> =>
  inWarehouse(subject, async (session) => [...(await session.standing())].sort());

describe.each(WAREHOUSES)('gc on %s', (warehouse) => {
  it('drops builds that the state does not know, and nothing that is named otherwise', async () => {
    const subject = await project(warehouse, { 'models/marts/one.sql': 'SELECT 1 AS n\n' });
    expect((await subject.apply('prod')).result.moved).toBe(true);
    await make(subject, 'mine');
    const before = await standing(subject);
    await make(subject, STRAY);
    expect(await subject.gc({ keep: 0, dryRun: true })).toEqual(['an attempt']);
    expect(await subject.gc()).toEqual(['an attempt']);
    expect(await standing(subject)).toEqual(before);
    expect(await subject.gc()).toEqual([]);
    expect((await subject.apply('prod')).planned.changes).toBe(false);
  });

  it('leaves what somebody is making, and takes it where that was given up', async () => {
    const subject = await project(warehouse, { 'models/marts/one.sql': 'SELECT 1 AS n\n' });
    expect((await subject.apply('prod')).result.moved).toBe(true);
    const state = await openState(loadConfig(subject.root).state, { create: true });
    const operation = asOperationId('somebody');
    const environment = asEnvironmentName('dev');
    await state.startOperation({ id: operation, environment, kind: 'apply', holder: currentHolder() });
    const node = nodeName('marts', 'late');
    await state.claimBuild({ operation, id: STRAY, key: KEY, beside: '', node });
    await make(subject, STRAY);
    expect(await subject.gc()).toEqual([]);
    expect(await standing(subject)).toContain(STRAY);
    await state.endOperation(operation);
    await state.close();
    expect(await subject.gc()).toEqual(['an attempt']);
    expect(await standing(subject)).not.toContain(STRAY);
  });

  it('leaves what a view of others reads, and names that view', async () => {
    const subject = await project(warehouse, { 'models/marts/one.sql': 'SELECT 1 AS n\n' });
    expect((await subject.apply('prod')).result.moved).toBe(true);
    await make(subject, STRAY);
    const reads = {
      type: 'view',
      id: asBuildId('theirs'),
      query: `SELECT n FROM bough.${STRAY}`,
      storage: {},
    } as const;
    await inWarehouse(subject, (session) => session.build(reads, new AbortController().signal));
    expect(await subject.gc()).toEqual([]);
    expect(await standing(subject)).toContain(STRAY);
    const told = subject.events.flatMap((event) => (event.type === 'warned' ? [event.problem.code] : []));
    expect(told).toContain('dependants-exist');
  });
});
