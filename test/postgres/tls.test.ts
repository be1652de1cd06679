import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresOptions } from '../../src/model/project.ts';
import { connectionOf } from '../../src/postgres/connection.ts';
import { Wire } from '../../src/postgres/wire.ts';
import { freshDatabase, sharedServer, type Database } from '../support/postgres/server.ts';

const sslrootcert = join(import.meta.dirname, '../support/postgres/tls.crt');

let database: Database;
beforeAll(async () => {
  database = await freshDatabase(await sharedServer());
});
afterAll(() => database.drop());

/** Whether the server says that the session has TLS. */
async function secure(more: PostgresOptions): Promise<boolean> {
  const wire = await Wire.open(connectionOf({ ...database.options, ...more }, {}));
  try {
    const { rows } = await wire.one('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    return rows[0]?.[0] === 't';
  } finally {
    await wire.close();
  }
}

describe('TLS', () => {
  it.for([
    ['disable', {}, false],
    ['allow', {}, false],
    ['prefer', {}, true],
    ['require', {}, true],
    ['verify-ca', { sslrootcert }, true],
    ['verify-full', { sslrootcert, host: 'localhost' }, true],
  ] as const)('is there with %s as libpq has it', async ([sslmode, more, expected]) => {
    expect(await secure({ sslmode, ...more })).toBe(expected);
  });

  it.for([
    ['verify-ca', {}],
    ['verify-full', { host: 'localhost' }],
    ['verify-full', { sslrootcert, host: '127.0.0.1' }],
  ] as const)('with %s refuses a server that it does not know: %j', async ([sslmode, more]) => {
    await expect(secure({ sslmode, ...more })).rejects.toThrow(/certificate|altnames/i);
  });

  it('is no hindrance to cancelling', async () => {
    const wire = await Wire.open(connectionOf({ ...database.options, sslmode: 'require' }, {}));
    const ended: string[] = [];
    const sleeping = wire.one('SELECT pg_sleep(600)').catch((raw: unknown) => ended.push(String(raw)));
    // One that comes before the statement is lost.
    while (ended.length === 0) await wire.cancel();
    await sleeping;
    expect(ended.join()).toContain('canceling statement due to user request');
    await wire.close();
  });
});
