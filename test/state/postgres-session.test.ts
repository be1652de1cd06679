import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import type { PostgresOptions } from '../../src/model/project.ts';
import { UserError } from '../../src/model/problems.ts';
import type { State } from '../../src/state/contract.ts';
import { openPostgresState } from '../../src/state/postgres/open.ts';
import { guardedRole } from '../support/postgres/guarded.ts';
import { freshDatabase, ownServer, sharedServer, statement, type Database } from '../support/postgres/server.ts';
import { elsewhere, lease, prod, problemOf, publish, start } from './nouns.ts';
import { remotes } from './remote.ts';

const schema = 'bough_state';
let database: Database;
beforeAll(async () => {
  database = await freshDatabase(await sharedServer());
});
afterAll(() => database.drop());

/** A state as another machine opens it, which cannot look up anybody's pid. */
const opened = (connection: PostgresOptions = database.options, name = schema): Promise<State> =>
  openPostgresState({ type: 'postgres', connection, schema: name, create: true, liveness: () => 'unknown' });

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error: unknown = await promise.then(
    () => null,
    (raw: unknown) => raw,
  );
  if (error instanceof UserError) return error;
  throw new Error(`not a UserError: ${String(error)}`);
}

describe('a state on PostgreSQL', () => {
  const { start: startProcess } = remotes();

  it('notices at once that a process of another machine died, and not before', async () => {
    const far = await (await startProcess()).open({ type: 'postgres', connection: database.options, schema });
    await lease(far, 'far', { holder: elsewhere });
    const state = await opened();
    const next = await start(state, 'next');
    expect(await state.acquireLease(next, prod)).toMatchObject({ type: 'held', by: { holder: elsewhere } });
    await far.kill();
    await expect.poll(() => state.acquireLease(next, prod)).toEqual({ type: 'acquired', token: 2 });
    await state.endOperation(next);
    await state.close();
  });

  it('goes on after the server crashed, and keeps what it held', async () => {
    const server = await ownServer();
    const own = await freshDatabase(server);
    const state = await opened(own.options);
    const other = await opened(own.options);
    const { operation, token } = await lease(state, 'a');
    const rival = await start(other, 'b');
    server.crash();
    expect(await state.heartbeat(operation)).toBe(true);
    expect(await other.acquireLease(rival, prod)).toMatchObject({ type: 'held', by: { operation } });
    await state.endOperation(operation);
    expect(await other.acquireLease(rival, prod)).toEqual({ type: 'acquired', token: token + 1 });
    await state.close();
    await other.close();
  });

  it('loses no revision to a server that crashes again and again', async () => {
    const server = await ownServer();
    const own = await freshDatabase(server);
    const state = await opened(own.options);
    await state.tieWarehouse('w');
    for (let revision = 1; revision <= 6; revision += 1) {
      const publishing = publish(state, `r${revision}`);
      server.crash();
      await publishing;
    }
    expect((await state.revisions(prod)).map((one) => one.revision)).toEqual([1, 2, 3, 4, 5, 6]);
    await state.close();
  });

  it('creates nothing while it only reads', async () => {
    const state = await opened(database.options, 'nothing_here');
    expect(await state.environments()).toEqual([]);
    expect(await state.identity()).toEqual({ state: '', warehouse: null });
    await state.close();
    await expect(statement(database.options, 'SELECT 1 FROM nothing_here.meta')).rejects.toThrow('does not exist');
  });

  it('uses a schema that an administrator made for a role that may make none', async () => {
    await statement(database.options, `CREATE ROLE modest LOGIN; CREATE SCHEMA modest_state AUTHORIZATION modest`);
    const state = await opened({ ...database.options, user: 'modest' }, 'modest_state');
    expect(await state.tieWarehouse('w')).toBe('w');
    await state.close();
    const refused = await opened({ ...database.options, user: 'modest' }, 'elsewhere');
    const error = await failure(refused.tieWarehouse('w'));
    expect(error.problems[0]).toMatchObject({ code: 'state-readonly' });
    await refused.close();
    await statement(database.options, `DROP OWNED BY modest; DROP ROLE modest`);
  });

  it('refuses a schema that holds something else', async () => {
    await statement(database.options, 'CREATE SCHEMA theirs; CREATE TABLE theirs.notes (id int)');
    const state = await opened(database.options, 'theirs');
    expect(await problemOf(state.tieWarehouse('w'))).toBe('state-damaged');
    await state.close();
  });

  it('never shows a password', async () => {
    const user = await guardedRole(database, 'locked', 'right');
    const secret = 'wrong-p4ssw0rd';
    const state = await opened({ ...database.options, user, password: new Secret(secret) });
    const error = await failure(state.environments());
    expect(error.problems[0]).toMatchObject({ code: 'state-unavailable' });
    expect(JSON.stringify([error.problems, error.message, error.stack])).not.toContain(secret);
    expect(error.message).toContain(`postgres://${user}@127.0.0.1:${database.options.port}/`);
    await state.close();
    const right = { ...database.options, user, password: new Secret('right') };
    const empty = await opened(right, 'nothing_here');
    expect(await empty.environments()).toEqual([]);
    await empty.close();
    const forbidden = await opened(right);
    expect(await problemOf(forbidden.environments())).toBe('state-readonly');
    await forbidden.close();
    await statement(database.options, `DROP ROLE ${user}`);
  });

  it.for([
    ['nobody listens', { port: 1 }],
    ['there is no such database', { database: 'nowhere' }],
    ['there is no such role', { user: 'nobody_at_all' }],
    ['the host is unknown', { host: 'no-such-host.invalid' }],
    ['nobody signed the certificate', { sslmode: 'verify-ca' }],
  ] as const)('says what is wrong where %s', async ([, wrong]) => {
    const state = await opened({ ...database.options, ...wrong });
    const error = await failure(state.environments());
    expect(error.problems[0]).toMatchObject({ code: 'state-unavailable' });
    await state.close();
  });
});
