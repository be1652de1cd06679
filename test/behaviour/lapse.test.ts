import { describe, expect, it, vi } from 'vitest';
import { bough, ensureBuilt } from '../story/command.ts';
import { Subject } from './subject.ts';

ensureBuilt();
const PROJECT = (ttl: string): Record<string, string> => ({
  'bough.yml': `name: test\nretention: 0\nbranches:\n  main: prod\n  feature/*: dev\n  user/*: { environment: '{branch}', ttl: ${ttl} }\n`,
  'models/marts/one.sql': 'SELECT 1 AS a\n',
});

/** prod, dev, and two environments of branches. */
async function subjectWith(ttl: string): Promise<Subject> {
  const subject = Subject.make(PROJECT(ttl));
  await subject.apply('prod');
  for (const [index, name] of ['dev', 'user/ann', 'user/bob'].entries()) {
    subject.write({ 'models/marts/one.sql': `SELECT ${index + 2} AS a\n` });
    await subject.apply(name);
  }
  await vi.waitFor(async () => expect((await (await subject.workspace()).lapses()).length).toBe(2));
  await subject.close();
  return subject;
}

describe('an environment of a branch with a time to live', () => {
  it('is listed with the time at which it lapses; others never lapse', async () => {
    const subject = await subjectWith('14d');
    const { environments } = JSON.parse((await bough(subject.root, 'env', 'list', '--json')).stdout);
    const [of] = environments.filter(({ name }: { name: string }) => name === 'user/ann');
    const days = (Date.parse(of.lapsesAt) - Date.parse(of.createdAt)) / 86_400_000;
    expect(days).toBeCloseTo(14, 1);
    const lapsing = environments.filter((one: object) => 'lapsesAt' in one).map(({ name }: { name: string }) => name);
    expect(lapsing).toEqual(['user/ann', 'user/bob']);
    expect((await bough(subject.root, 'env', 'list')).stdout).toMatch(/created\s+lapses\n/);
    expect((await bough(subject.root, 'gc', '--yes')).stdout).toBe('Nothing to free.\n');
  });

  it('that lapsed is deleted by gc, and by nothing else', async () => {
    const subject = await subjectWith('1ms');
    await bough(subject.root, 'run', '--yes');
    const names = async (): Promise<readonly string[]> => {
      const { environments } = JSON.parse((await bough(subject.root, 'env', 'list', '--json')).stdout);
      return environments.map(({ name }: { name: string }) => name);
    };
    expect(await names()).toEqual(['dev', 'prod', 'user/ann', 'user/bob']);
    const dry = await bough(subject.root, 'gc', '--dry-run');
    expect(dry.stdout).toContain(
      '- user/ann  (lapsed)\n- user/bob  (lapsed)\n2 environments, 0 builds and 0 revisions could be',
    );
    const asked = await bough(subject.root, 'gc');
    expect(asked.exit).toBe(64);
    expect(await names()).toHaveLength(4);
    const done = await bough(subject.root, 'gc', '--yes', '--json');
    expect(done.exit).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({ environments: ['user/ann', 'user/bob'] });
    expect(JSON.parse(done.stdout).builds).toHaveLength(2);
    expect(await names()).toEqual(['dev', 'prod']);
    const history = JSON.parse((await bough(subject.root, 'env', 'history', 'user/ann', '--json')).stdout);
    expect(history.revisions.at(-1)).toMatchObject({ operation: 'delete', message: 'lapsed' });
    expect(await subject.views()).toHaveLength(2);
  });
});
