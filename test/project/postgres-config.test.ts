import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { UserError } from '../../src/model/problems.ts';
import { loadConfig } from '../../src/project/index.ts';

const configOf = (text: string) => {
  const root = mkdtempSync(join(tmpdir(), 'bough-config-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'bough.yml'), `name: x\n${text}`);
  return { root, config: loadConfig(root) };
};

const problems = (text: string): readonly string[] => {
  try {
    configOf(text);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map(({ at, message, hint }) => `${at?.line}:${at?.column} ${message} ${hint ?? ''}`);
  }
};

describe('a state on PostgreSQL in bough.yml', () => {
  it('is a URL', () => {
    const { config } = configOf(
      'state: postgres://ann:s%40cret@db.example:6543/shop?sslmode=verify-full&sslrootcert=system',
    );
    expect(config.state).toEqual({
      type: 'postgres',
      connection: {
        host: 'db.example',
        port: 6543,
        database: 'shop',
        user: 'ann',
        password: expect.any(Secret),
        sslmode: 'verify-full',
        sslrootcert: 'system',
      },
      schema: 'bough_state',
    });
  });

  it('is a socket, or left to the PG* variables', () => {
    expect(configOf('state: postgresql:///shop?host=/run/postgresql').config.state).toMatchObject({
      connection: { host: '/run/postgresql', database: 'shop' },
    });
    expect(configOf('state: { type: postgres }').config.state).toEqual({
      type: 'postgres',
      connection: {},
      schema: 'bough_state',
    });
    expect(configOf('state: postgres://[::1]:5433/shop').config.state).toMatchObject({ connection: { host: '::1' } });
  });

  it('is a map, whose keys win over its URL', () => {
    const { root, config } = configOf(
      'state: { url: "postgres://db/one", database: two, schema: team, sslrootcert: ca.crt }',
    );
    expect(config.state).toEqual({
      type: 'postgres',
      connection: { host: 'db', database: 'two', sslrootcert: join(root, 'ca.crt') },
      schema: 'team',
    });
  });

  it('tells every mistake at its place, and no password', () => {
    expect(problems('state: { path: a.db, host: db }')).toEqual([
      '2:22 `state.host` means nothing where the type is `sqlite`. Known there: type, path.',
    ]);
    expect(problems('state: { type: postgres, sslmode: requir }')).toEqual([
      expect.stringMatching(/^2:35 `state.sslmode` must be .*Did you mean `require`/),
    ]);
    expect(problems('state: postgres://ann:pw@db/x?sslmode=never&foo=1').join('\n')).toMatch(
      /unknown parameter `foo`[\s\S]*`sslmode=never`/,
    );
    expect(problems('state: postgres://ann:pw@db:port/x')).toEqual([expect.stringMatching(/is no URL/)]);
    for (const text of ['state: postgres://ann:pw@db:port/x', 'state: postgres://ann:pw@db/x?sslmode=never']) {
      expect(problems(text).join()).not.toContain('pw');
    }
    expect(problems('state: { type: sqlite }')).toEqual([expect.stringContaining('`state.path` is missing')]);
  });
});
