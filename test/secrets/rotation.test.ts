import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentName, openWorkspace, type PlanDocument, type Workspace } from '../../src/index.ts';
import { folderWith } from '../bindings/folder.ts';
import { NEW_CODE, SHOP, write } from '../support/shop.ts';
import { connected, statement } from '../support/postgres/server.ts';
import { Homes } from './homes.ts';

const homes = new Homes();
const [PROD, DEV] = [environmentName('prod'), environmentName('dev')];
const [OLD, NEW] = ['the-old-one-/+1', 'the-new-one-%"2'];

interface Place {
  readonly port: number;
  readonly database: string;
  readonly user: string;
}
let place: Place;

beforeAll(async () => {
  const { engine } = (await homes.make({ credential: 'db', password: OLD }, null)) as { readonly engine: Place };
  place = engine;
});
afterAll(() => homes.clear());

const alter = (password: string): Promise<void> =>
  statement({ port: place.port, database: 'postgres' }, `ALTER ROLE ${place.user} PASSWORD '${password}'`);

interface Provider {
  readonly what: string;
  /** `secrets:` of the project in that folder. */
  readonly declared: (folder: string) => object;
  /** Puts the value where it is looked for, and gives the variables of the process. */
  readonly put: (folder: string, value: string) => Readonly<Record<string, string>>;
}

const into =
  (path: string, text = (value: string): string => value): Provider['put'] =>
  (folder, value) => {
    writeFileSync(join(folder, path), text(value));
    return { BOUGH_SECRETS: join(folder, 'mount') };
  };

const PROVIDERS: readonly Provider[] = [
  { what: 'a variable', declared: () => ({}), put: (_, value) => ({ DB: value }) },
  { what: 'an env file', declared: () => ({}), put: into('.env', (value) => `DB='${value}'\n`) },
  { what: 'a declared file', declared: () => ({ db: { file: 'vault' } }), put: into('vault') },
  { what: 'a mounted file', declared: () => ({}), put: into('mount/DB') },
  { what: 'a command', declared: () => ({ db: { exec: 'cat vault' } }), put: into('vault') },
];

/** What a plan says beside the moment that it was made. */
const lasting = ({ facts: _facts, hash: _hash, ...rest }: PlanDocument): unknown => rest;

describe('a credential that changes', () => {
  it.each(PROVIDERS)('moves no key, no plan and nothing that is recorded: $what', async ({ declared, put }) => {
    const folder = folderWith({ 'mount/.keep': '' });
    await statement({ port: place.port, database: place.database }, `DROP OWNED BY ${place.user} CASCADE`);
    await statement(
      { port: place.port, database: 'postgres' },
      `GRANT CREATE ON DATABASE ${place.database} TO ${place.user}`,
    );
    const config = { name: 'shop', engine: place, secrets: declared(folder) };
    write(folder, {
      ...SHOP,
      'bough.yml': JSON.stringify(config),
      'models/raw/orders.yml': `${SHOP['models/raw/orders.yml']}columns: { order_id: integer, amount: integer }\n`,
    });
    const open = async (value: string): Promise<Workspace> =>
      openWorkspace({ directory: folder, variables: put(folder, value) });

    await alter(OLD);
    const before = await open(OLD);
    await before.execute(await before.planApply(PROD));
    write(folder, NEW_CODE);
    const planned = await before.planApply(DEV);
    const saved = join(folder, 'plan.json');
    writeFileSync(saved, JSON.stringify(planned.document));
    const shown = await before.show(PROD);
    await before.close();

    await alter(NEW);
    const after = await open(NEW);
    expect(lasting((await after.planApply(DEV)).document)).toEqual(lasting(planned.document));
    expect(await after.show(PROD)).toEqual(shown);
    expect(readFileSync(saved, 'utf8')).not.toContain(OLD);
    // The plan from before is still good: it says nothing of passwords.
    expect(await after.execute(await after.planFromFile(saved))).toMatchObject({ moved: true });
    await after.close();
  });

  it('is taken up by a process that runs, except from a command, which is run once', async () => {
    const folder = folderWith({ vault: OLD });
    const rows = async (secrets: object): Promise<() => Promise<number>> => {
      write(folder, {
        ...SHOP,
        'bough.yml': JSON.stringify({ name: 'shop', engine: { ...place, connections: 1 }, secrets }),
      });
      const workspace = await openWorkspace({ directory: folder, variables: {} });
      return async () => (await workspace.query(PROD, 'SELECT 1 AS one')).rows.length;
    };
    const endSessions = async (): Promise<void> => {
      const client = await connected({ port: place.port, database: 'postgres' });
      await client.query(
        `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '${place.user}'`,
      );
      await client.end();
    };
    await alter(OLD);
    const fromFile = await rows({ db: { file: 'vault' } });
    const fromCommand = await rows({ db: { exec: 'cat vault' } });
    expect([await fromFile(), await fromCommand()]).toEqual([1, 1]);
    await alter(NEW);
    writeFileSync(join(folder, 'vault'), NEW);
    await endSessions();
    expect(await fromFile()).toBe(1);
    await expect(fromCommand()).rejects.toThrow('password authentication failed');
  });
});
