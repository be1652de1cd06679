import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusal, SHOP, Subject, type Files } from './subject.ts';

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd, encoding: 'utf8' });

const config = (prod = 'V*.*.*-prod', dev = 'V*.*.*-prod'): string => `name: test
references:
  transformer_version: { kind: release, repository: ./transformer }
parameters:
  version: { reference: transformer_version }
environments:
  prod: { transformer_version: ${prod} }
  dev: { transformer_version: ${dev} }
`;

const FILES: Files = {
  ...SHOP,
  'bough.yml': config(),
  'models/marts/customers.sql': 'SELECT DISTINCT customer, {{ transformer_version }} AS made_by FROM staging.orders\n',
};

/** A project beside a repository with these tags. */
function projectWith(tags: readonly string[], files = FILES): Subject {
  const subject = Subject.make(files);
  const repository = join(subject.root, 'transformer');
  mkdirSync(repository);
  git(repository, 'init', '--quiet', '-b', 'main');
  tag(subject, ...tags);
  return subject;
}

function tag(subject: Subject, ...tags: readonly string[]): void {
  const repository = join(subject.root, 'transformer');
  for (const name of tags) {
    git(repository, 'commit', '--quiet', '--allow-empty', '-m', name);
    git(repository, 'tag', name);
  }
}

const madeBy = (subject: Subject, environment: string): Promise<readonly string[]> =>
  subject.rows(environment, 'SELECT DISTINCT made_by FROM marts.customers');

const built = (document: { nodes: readonly { name: string; action: string }[] }): readonly string[] =>
  document.nodes.filter(({ action }) => action === 'build').map(({ name }) => name);

describe('the tag of a release', () => {
  it('is taken by the first apply, kept by others, and renewed by run', async () => {
    const subject = projectWith(['V0.9.0-prod', 'V1.0.0-prod']);
    const first = await subject.plan('prod');
    expect(first.document.data).toContainEqual({
      source: 'transformer_version',
      change: 'release V1.0.0-prod',
      taken: true,
    });
    expect(first.document.facts.releases).toMatchObject([{ tag: 'V1.0.0-prod' }]);
    await subject.apply('prod');
    expect(await madeBy(subject, 'prod')).toEqual(['V1.0.0-prod']);
    tag(subject, 'V1.1.0-prod');
    const kept = await subject.plan('prod');
    expect(kept.changes).toBe(false);
    expect(kept.document.data).toEqual([
      { source: 'transformer_version', change: 'release V1.1.0-prod, was V1.0.0-prod', taken: false },
    ]);
    subject.write({
      'models/marts/revenue.sql': 'SELECT customer, max(amount) AS most FROM staging.orders GROUP BY 1\n',
    });
    await subject.apply('prod');
    expect(await madeBy(subject, 'prod')).toEqual(['V1.0.0-prod']);
    const { planned } = await subject.run('prod');
    expect(built(planned.document)).toEqual(['marts.customers']);
    const row = planned.document.nodes.find(({ name }) => name === 'marts.customers');
    expect(row).toMatchObject({
      change: 'unchanged',
      category: null,
      reasons: ['transformer_version is V1.1.0-prod, was V1.0.0-prod'],
    });
    expect(planned.document.data).toContainEqual({
      source: 'transformer_version',
      change: 'release V1.1.0-prod, was V1.0.0-prod',
      taken: true,
    });
    expect(await madeBy(subject, 'prod')).toEqual(['V1.1.0-prod']);
    expect((await subject.plan('prod')).changes).toBe(false);
  });

  it('is renewed by apply --refresh, together with new code', async () => {
    const subject = projectWith(['V1.0.0-prod']);
    await subject.apply('prod');
    tag(subject, 'V1.1.0-prod');
    subject.write({
      'models/marts/customers.sql': 'SELECT customer, {{ version }} AS made_by FROM staging.orders\n',
    });
    const { planned } = await subject.apply('prod', { refresh: true });
    expect(planned.document.nodes.find(({ name }) => name === 'marts.customers')?.change).toBe('modified');
    expect(await madeBy(subject, 'prod')).toEqual(['V1.1.0-prod']);
  });

  it('is not asked for where it is recorded: the repository may be gone', async () => {
    const subject = projectWith(['V1.0.0-prod']);
    await subject.apply('prod');
    renameSync(join(subject.root, 'transformer'), join(subject.root, 'gone'));
    expect((await subject.plan('prod')).changes).toBe(false);
    subject.write({
      'models/marts/revenue.sql': 'SELECT customer, min(amount) AS least FROM staging.orders GROUP BY 1\n',
    });
    await subject.apply('prod');
    await subject.apply('dev');
    const told = await refusal(subject.run('prod'));
    expect(told.codes).toEqual(['release-repository']);
    expect(told.text).toContain('There is no folder `./transformer`.');
  });

  it('is that of the branch point in a branch, until a new branch point', async () => {
    const subject = projectWith(['V1.0.0-prod']);
    await subject.apply('prod');
    tag(subject, 'V1.1.0-prod');
    await subject.apply('dev');
    expect(await madeBy(subject, 'dev')).toEqual(['V1.0.0-prod']);
    await subject.run('prod');
    const { document } = await subject.plan('dev');
    expect(document.data).toEqual([
      { source: 'transformer_version', change: 'release V1.1.0-prod, was V1.0.0-prod', taken: false },
    ]);
    await subject.run('dev');
    expect(await madeBy(subject, 'dev')).toEqual(['V1.1.0-prod']);
  });

  it('is a branch’s own by a selector of its own; promoted code has the target’s', async () => {
    const subject = projectWith(['V1.0.0-prod', 'V1.1.0-dev'], {
      ...FILES,
      'bough.yml': config('V*.*.*-prod', 'V*.*.*-dev'),
    });
    await subject.apply('prod');
    await subject.apply('dev');
    expect(await madeBy(subject, 'dev')).toEqual(['V1.1.0-dev']);
    tag(subject, 'V1.0.1-prod', 'V1.2.0-dev');
    subject.write({ 'models/marts/customers.sql': 'SELECT 1 AS one, {{ transformer_version }} AS made_by\n' });
    const { planned } = await subject.apply('dev');
    expect(planned.document.data).toContainEqual({
      source: 'transformer_version',
      change: 'release V1.2.0-dev, was V1.1.0-dev',
      taken: false,
    });
    await subject.promote('dev');
    expect(await madeBy(subject, 'prod')).toEqual(['V1.0.0-prod']);
    await subject.run('dev');
    expect(await madeBy(subject, 'dev')).toEqual(['V1.2.0-dev']);
  });

  it('goes back with a rollback, and run does not take what was left', async () => {
    const subject = projectWith(['V1.0.0-prod']);
    await subject.apply('prod');
    tag(subject, 'V1.1.0-prod');
    await subject.run('prod');
    await subject.rollback('prod');
    expect(await madeBy(subject, 'prod')).toEqual(['V1.0.0-prod']);
    expect((await subject.plan('prod')).document.data).toEqual([]);
    await subject.run('prod');
    expect(await madeBy(subject, 'prod')).toEqual(['V1.0.0-prod']);
    tag(subject, 'V1.2.0-prod');
    await subject.run('prod');
    expect(await madeBy(subject, 'prod')).toEqual(['V1.2.0-prod']);
  });

  it('that there is not is told with what was seen, before anything is built', async () => {
    const subject = projectWith(['V1.0.0-dev', 'v1.0.0.prod']);
    const told = await refusal(subject.plan('prod'));
    expect(told.codes).toEqual(['release-unmatched']);
    expect(told.text).toContain('`v1.0.0.prod` has `.prod` where `-prod` must stand');
  });
});
