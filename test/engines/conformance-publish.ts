import { expect, it } from 'vitest';
import type { Session } from '../../src/engines/contract.ts';
import { asEnvironmentName } from '../../src/model/ids.ts';
import { UserError } from '../../src/model/problems.ts';
import type { Subject } from './subject.ts';
import { codesOf, failure, id, never, opened, publication, reading, relation, table, view } from './subject.ts';
import { eachWith } from './with-subject.ts';

const upper = (name: string): string => name.toUpperCase();
const PROD = asEnvironmentName('prod');

/** Views move all at once, for the holder of the highest token only, and nobody else's objects are touched. */
export function publishCases(make: () => Promise<Subject>): void {
  const subject = eachWith(make);

  /** A session with builds `a__t__1` … that each hold their own number. */
  async function withBuilds(count: number): Promise<Session> {
    const session = await opened(subject());
    for (let n = 1; n <= count; n += 1) await session.build(table(`a__t__${n}`, `SELECT ${n} AS n`), never);
    return session;
  }
  const valueOf = async (session: Session, name: string): Promise<unknown> =>
    (await session.query(`SELECT n FROM ${subject().engine.quoteName(relation(name))}`)).rows[0]?.[0];

  it('makes, moves and drops views, with their schema and the marker', async () => {
    const session = await withBuilds(2);
    const { engine } = subject();
    expect(await session.marker(PROD)).toBeNull();
    expect(await session.publish(publication(engine, 1, { 'marts.a': 'a__t__1', 'marts.b': 'a__t__1' }))).toBe(
      'published',
    );
    expect(await session.marker(PROD)).toEqual({ token: 1, operation: 'operation-1' });
    expect(await valueOf(session, 'marts.a')).toBe(1);
    expect(await session.publish(publication(engine, 2, { 'marts.a': 'a__t__2' }, { drop: ['marts.b'] }))).toBe(
      'published',
    );
    expect(await valueOf(session, 'marts.a')).toBe(2);
    expect(await session.existing([relation('marts.b')])).toEqual([]);
    expect(await session.marker(PROD)).toEqual({ token: 2, operation: 'operation-2' });
    await session.close();
  });

  it('follows a build whose columns are others', async () => {
    const session = await withBuilds(1);
    await session.build(table('a__t__2', `SELECT 'x' AS other, 2 AS n`), never);
    await session.publish(publication(subject().engine, 1, { 'marts.a': 'a__t__1' }));
    await session.publish(publication(subject().engine, 2, { 'marts.a': 'a__t__2' }));
    const { columns } = await session.query(`SELECT * FROM ${subject().engine.quoteName(relation('marts.a'))}`);
    expect(columns.map(({ name }) => name)).toEqual(['other', 'n']);
    await session.close();
  });

  it('changes nothing when one view in the middle fails', async () => {
    const session = await withBuilds(2);
    await session.publish(publication(subject().engine, 1, { 'marts.a': 'a__t__1', 'marts.z': 'a__t__1' }));
    const broken = { 'marts.a': 'a__t__2', 'marts.m': 'a__none__1', 'marts.z': 'a__t__2' };
    await failure(session.publish(publication(subject().engine, 2, broken, { drop: ['marts.z'] })));
    expect([await valueOf(session, 'marts.a'), await valueOf(session, 'marts.z')]).toEqual([1, 1]);
    expect(await session.marker(PROD)).toEqual({ token: 1, operation: 'operation-1' });
    expect(await session.publish(publication(subject().engine, 3, { 'marts.a': 'a__t__2' }))).toBe('published');
    await session.close();
  });

  it('does nothing for a holder whose token is not above the marker', async () => {
    const session = await withBuilds(2);
    await session.publish(publication(subject().engine, 5, { 'marts.a': 'a__t__1' }));
    for (const token of [4, 5]) {
      expect(await session.publish(publication(subject().engine, token, { 'marts.a': 'a__t__2' }))).toBe('fenced');
    }
    expect(await valueOf(session, 'marts.a')).toBe(1);
    expect(await session.marker(PROD)).toEqual({ token: 5, operation: 'operation-5' });
    await session.close();
  });

  it('fences by raising, before the first publication and after it', async () => {
    const session = await withBuilds(1);
    expect(await session.raise(PROD, 3)).toEqual({ token: 3, operation: null });
    expect(await session.publish(publication(subject().engine, 3, { 'marts.a': 'a__t__1' }))).toBe('fenced');
    expect(await session.publish(publication(subject().engine, 4, { 'marts.a': 'a__t__1' }))).toBe('published');
    expect(await session.raise(PROD, 2)).toEqual({ token: 4, operation: 'operation-4' });
    expect(await session.raise(PROD, 9)).toEqual({ token: 9, operation: 'operation-4' });
    await session.close();
  });

  it('keeps a marker for each environment, whatever its name', async () => {
    const session = await withBuilds(1);
    const environment = asEnvironmentName(`it's "x"/ü`);
    await session.publish(publication(subject().engine, 1, { 'x.a': 'a__t__1' }, { environment }));
    expect(await session.marker(environment)).toEqual({ token: 1, operation: 'operation-1' });
    expect(await session.marker(PROD)).toBeNull();
    await session.close();
  });

  it('lets one of several holders win each round, and loses none', async () => {
    const session = await withBuilds(1);
    for (let round = 1; round <= 5; round += 1) {
      const results = await Promise.all(
        Array.from({ length: 4 }, () =>
          session.publish(publication(subject().engine, round, { 'marts.a': 'a__t__1' })),
        ),
      );
      expect(results.filter((result) => result === 'published')).toHaveLength(1);
    }
    await session.close();
  });

  it('raises for many at once', async () => {
    const session = await withBuilds(1);
    const markers = await Promise.all(Array.from({ length: 6 }, (_, n) => session.raise(PROD, n + 1)));
    expect(markers).toHaveLength(6);
    expect(await session.marker(PROD)).toEqual({ token: 6, operation: null });
    await session.close();
  });

  it('shows readers all old or all new', async () => {
    const session = await withBuilds(2);
    const { engine } = subject();
    const names = Array.from({ length: 12 }, (_, index) => `marts.v${index}`);
    const all = (build: string): Record<string, string> => Object.fromEntries(names.map((name) => [name, build]));
    await session.publish(publication(engine, 1, all('a__t__1')));
    const reader = await reading(subject());
    const sum = names.map((name) => `(SELECT n FROM ${engine.quoteName(relation(name))})`).join(' + ');
    const end = new AbortController();
    const seen = new Set<unknown>();
    const watching = (async () => {
      while (!end.signal.aborted) seen.add((await reader.query(`SELECT ${sum}`)).rows[0]?.[0]);
    })();
    for (let token = 2; token <= 30; token += 1) {
      await session.publish(publication(engine, token, all(token % 2 === 0 ? 'a__t__2' : 'a__t__1')));
    }
    end.abort();
    await watching;
    expect([...seen].filter((value) => value !== 12 && value !== 24)).toEqual([]);
    await reader.close();
    await session.close();
  });

  it('takes names with quotes, unicode, reserved words and 63 bytes', async () => {
    const session = await withBuilds(1);
    const { engine } = subject();
    const names = ['select', 'Weird "name"', `o'clock`, 'ünï😀', 'a b', 'x'.repeat(63), '1st'].map((name) => ({
      schema: name,
      name,
    }));
    const views = names.map((name) => ({
      name,
      target: engine.relation(id('a__t__1')),
      columns: [],
      comment: `it's "x"`,
      grants: [],
      like: null,
    }));
    await session.publish(publication(engine, 1, {}, { views }));
    expect(await session.existing(names)).toHaveLength(names.length);
    for (const name of names)
      expect((await session.query(`SELECT n FROM ${engine.quoteName(name)}`)).rows).toEqual([[1]]);
    await session.publish(publication(engine, 2, {}, { drops: names }));
    expect(await session.existing(names)).toEqual([]);
    await session.close();
  });

  it('never replaces or drops a table, and names each that stands in the way', async () => {
    const session = await withBuilds(1);
    await subject().foreign('CREATE SCHEMA marts');
    await subject().foreign('CREATE TABLE marts.a AS SELECT 7 AS n');
    await subject().foreign('CREATE TABLE marts.b AS SELECT 7 AS n');
    const blocked = session.publish(publication(subject().engine, 1, { 'marts.a': 'a__t__1' }, { drop: ['marts.b'] }));
    expect(await codesOf(blocked)).toEqual(['object-in-the-way', 'object-in-the-way']);
    expect([await valueOf(session, 'marts.a'), await valueOf(session, 'marts.b')]).toEqual([7, 7]);
    expect(await session.marker(PROD)).toBeNull();
    await session.close();
  });

  it('drops a schema that it made with its last view, and no other', async () => {
    const session = await withBuilds(1);
    const { engine } = subject();
    await subject().foreign('CREATE SCHEMA theirs');
    const views = { 'ours.a': 'a__t__1', 'ours.b': 'a__t__1', 'shared.a': 'a__t__1', 'theirs.a': 'a__t__1' };
    await session.publish(publication(engine, 1, views));
    await subject().foreign('CREATE TABLE shared.notes AS SELECT 1 AS id');
    await session.publish(publication(engine, 2, {}, { drop: ['ours.a'] }));
    await subject().foreign('CREATE TABLE ours.probe AS SELECT 1 AS id');
    await subject().foreign('DROP TABLE ours.probe');
    const again = ['ours.b', 'shared.a', 'theirs.a'];
    await session.publish(publication(engine, 3, {}, { drop: engine.fold('A') === 'a' ? again.map(upper) : again }));
    await expect(subject().foreign('CREATE TABLE ours.probe AS SELECT 1 AS id')).rejects.toThrow('ours');
    await subject().foreign('CREATE TABLE theirs.probe AS SELECT 1 AS id');
    await subject().foreign('CREATE TABLE shared.probe AS SELECT 1 AS id');
    await session.close();
  });

  it('does not drop a view that somebody else reads, and names the reader', async () => {
    const session = await withBuilds(1);
    const { engine } = subject();
    await session.publish(publication(engine, 1, { 'marts.a': 'a__t__1', 'marts.b': 'a__t__1' }));
    await subject().foreign('CREATE SCHEMA reports');
    await subject().foreign(`CREATE VIEW reports.r AS SELECT * FROM marts.a`);
    const error = await failure(session.publish(publication(engine, 2, {}, { drop: ['marts.a', 'marts.b'] })));
    expect(error instanceof UserError && error.problems.map(({ code }) => code)).toEqual(['dependants-exist']);
    expect(error.message).toContain('reports.r');
    expect(await session.existing([relation('marts.a'), relation('marts.b')])).toHaveLength(2);
    await session.close();
  });

  it('drops builds, views before the tables that they read, and what is gone already', async () => {
    const session = await withBuilds(1);
    await session.build(view('a__v__1', `SELECT * FROM ${subject().engine.relation(id('a__t__1'))}`), never);
    const builds = ['a__t__1', 'a__v__1', 'a__none__1'].map(id);
    expect(await session.drop(builds)).toEqual([]);
    expect(await session.missing(builds)).toEqual(builds);
    await session.close();
  });

  it('keeps builds that others read, with all that these need, and drops the rest', async () => {
    const session = await withBuilds(3);
    const { engine } = subject();
    await session.build(view('a__v__1', `SELECT * FROM ${engine.relation(id('a__t__1'))}`), never);
    await subject().foreign(`CREATE SCHEMA reports`);
    await subject().foreign(`CREATE VIEW reports.r AS SELECT * FROM ${engine.relation(id('a__v__1'))}`);
    await session.publish(publication(engine, 1, { 'marts.a': 'a__t__2' }));
    const builds = ['a__t__1', 'a__t__2', 'a__t__3', 'a__v__1'].map(id);
    const problems = await session.drop(builds);
    expect(problems.map(({ code }) => code)).toEqual(['dependants-exist', 'dependants-exist', 'dependants-exist']);
    expect(problems.map(({ message }) => message).join()).toContain('reports.r');
    expect(await session.missing(builds)).toEqual(['a__t__3']);
    await session.close();
  });

  it('drops more builds than fit one transaction', async () => {
    const session = await opened(subject());
    const builds = Array.from({ length: 600 }, (_, index) => id(`a__many__${index}`));
    await Promise.all(builds.map((one) => session.build(view(one, 'SELECT 1 AS n'), never)));
    expect(await session.drop(builds)).toEqual([]);
    expect(await session.missing(builds)).toHaveLength(builds.length);
    await session.close();
  });
}
