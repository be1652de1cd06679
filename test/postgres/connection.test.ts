import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/problems.ts';
import type { PostgresOptions } from '../../src/model/project.ts';
import { Secret } from '../../src/model/secret.ts';
import { connectionOf } from '../../src/postgres/connection.ts';
import { literal } from '../../src/postgres/literal.ts';

describe('where a connection goes', () => {
  it('is said by options, then by PG* variables, then by defaults', () => {
    const environment = { PGHOST: 'env-host', PGPORT: '6000', PGUSER: 'env-user', PGDATABASE: '', PGPASSWORD: 'p' };
    expect(connectionOf({ host: 'db', user: 'ann' }, environment)).toMatchObject({
      place: 'postgres://ann@db:6000/ann',
      attempts: [{ host: 'db', port: 6000, user: 'ann', database: 'ann' }, { ssl: false }],
    });
    expect(connectionOf({ user: 'ann' }, {}).place).toBe('postgres://ann@localhost:5432/ann');
  });

  it('has its password from the options, then from a variable, and holds it nowhere', async () => {
    const password = new Secret('from options');
    const of = async (options: PostgresOptions, variable: string): Promise<string | undefined> => {
      const destination = connectionOf({ user: 'ann', ...options }, { PGPASSWORD: variable });
      expect(inspect(destination, { depth: 9, showHidden: true })).not.toContain('from');
      return (await destination.password?.())?.secret.reveal();
    };
    expect(await of({}, 'from variable')).toBe('from variable');
    expect(await of({ password }, 'from variable')).toBe('from options');
    expect(await of({ password: async () => ({ secret: password, from: 'a test' }) }, '')).toBe('from options');
    expect(await of({}, '')).toBeUndefined();
  });

  it.for([
    ['disable', [false]],
    ['allow', [false, { rejectUnauthorized: false }]],
    ['prefer', [{ rejectUnauthorized: false }, false]],
    ['require', [{ rejectUnauthorized: false }]],
    ['verify-ca', [{ rejectUnauthorized: true }]],
    ['verify-full', [{ rejectUnauthorized: true }]],
  ] as const)('has TLS as libpq has it with %s', ([sslmode, expected]) => {
    const { attempts } = connectionOf({ host: 'db', user: 'ann', sslmode }, {});
    expect(attempts.map(({ ssl }) => ssl)).toMatchObject(expected);
    const looksAtName = attempts.map(({ ssl }) => typeof ssl === 'object' && ssl.checkServerIdentity === undefined);
    expect(looksAtName.includes(true)).toBe(sslmode === 'verify-full');
  });

  it('needs no TLS through a socket, and refuses words and files that are not there', () => {
    expect(connectionOf({ host: '/run/postgresql', sslmode: 'require' }, {}).attempts).toMatchObject([{ ssl: false }]);
    expect(() => connectionOf({}, { PGSSLMODE: 'requier' })).toThrow(UserError);
    expect(() => connectionOf({ sslmode: 'verify-ca', sslrootcert: '/no/such/file' }, {})).toThrow('/no/such/file');
  });

  it('quotes text so that no server setting can open it', () => {
    expect(literal(`it's`)).toBe(`'it''s'`);
    expect(literal(`\\'; x`)).toBe(` E'\\\\''; x'`);
  });
});
