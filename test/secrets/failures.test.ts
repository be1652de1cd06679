import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../story/command.ts';
import { Homes } from './homes.ts';
import { Planted } from './planted.ts';

let planted: Planted;
/** Where a server asks for the canary of the vault's file. */
let guarded: Readonly<Record<string, unknown>>;
let closedPort: number;
const homes = new Homes();

beforeAll(async () => {
  ensureBuilt();
  planted = await Planted.make({ warehouse: null, state: null });
  planted.write({
    'models/raw/people.yml': null,
    'models/marts/recent.sql': 'SELECT country, {{ days }} + {{ part.size }} AS days FROM marts.revenue\n',
  });
  const made = await homes.make({ credential: 'file_db', password: planted.value('file') }, null);
  guarded = Reflect.get(made, 'engine');
  const server = createServer();
  closedPort = await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
});
afterAll(async () => {
  await homes.clear();
  await planted.clear();
});

interface Case {
  readonly what: string;
  readonly code: string;
  /** `bough.yml`, or what it says beside what all of them say. */
  readonly config: () => object | string;
  readonly files?: Readonly<Record<string, string>>;
}

const engine = (more: object): object => ({ engine: { ...guarded, ...more } });
const state = (more: object): object => ({ state: { ...guarded, connections: undefined, ...more } });
const raw = (): string => planted.value('exec');
const encoded = (): string => encodeURIComponent(raw());
const url = (text: string): object => ({ engine: { url: text } });
const API = { references: { api: 'secret' }, environments: { prod: { api: { secret: 'env_db' } } } };

const CASES: readonly Case[] = [
  {
    what: 'a warehouse where nobody listens',
    code: 'engine-unavailable',
    config: () => engine({ port: closedPort, credential: 'exec_db' }),
  },
  { what: 'a state where nobody listens', code: 'state-unavailable', config: () => state({ port: closedPort }) },
  { what: 'a database that there is not', code: 'engine-unavailable', config: () => engine({ database: 'no_such' }) },
  { what: 'a state in no database', code: 'state-unavailable', config: () => state({ database: 'no_such' }) },
  { what: 'a refused password', code: 'engine-unavailable', config: () => engine({ credential: 'own_db' }) },
  { what: "the state's refused password", code: 'state-unavailable', config: () => state({ credential: 'exec_db' }) },
  { what: 'a command that fails', code: 'secret-missing', config: () => engine({ credential: 'failing' }) },
  { what: 'a URL that is none', code: 'yaml-shape', config: () => url(`postgres://ann:${raw()}@db.example:5432/shop`) },
  {
    what: 'a URL without one of its slashes',
    code: 'yaml-shape',
    config: () => ({ state: `postgres:/ann:${raw()}@db.example/shop` }),
  },
  {
    what: 'a URL with an unknown mode',
    code: 'yaml-shape',
    config: () => ({ state: `postgres://ann:${encoded()}@db.example/shop?sslmode=never` }),
  },
  {
    what: 'a URL with an unknown parameter',
    code: 'yaml-shape',
    config: () => ({ state: `postgres://db.example/shop?password=${encoded()}&x=1` }),
  },
  {
    what: 'a URL with a wrong port',
    code: 'yaml-shape',
    config: () => url(`postgresql://ann:${encoded()}@db:port/shop`),
  },
  {
    what: 'a password beside a URL',
    code: 'key-unknown',
    config: () => ({ engine: { url: 'postgres://ann@db/shop', password: raw() } }),
  },
  {
    what: 'YAML that is none',
    code: 'yaml-syntax',
    config: () => `name: shop\nengine:\n  password: ${raw()}\n url: "postgres://ann:${encoded()}@db/shop\n`,
  },
  {
    what: 'a secret as a parameter',
    code: 'secret-exposed',
    config: () => ({ ...API, parameters: { days: '${ENV_DB}' } }),
  },
  {
    what: 'a secret as a value',
    code: 'secret-exposed',
    config: () => ({
      parameters: undefined,
      references: { ...API.references, days: 'value' },
      environments: { prod: { ...API.environments.prod, days: 'x ${ENV_DB} y' } },
    }),
  },
  {
    what: 'a secret as a value of an overlay',
    code: 'secret-exposed',
    config: () => API,
    files: { 'config/part/base.yaml': 'size: ${ENV_DB}\n' },
  },
];

/** What a configuration says unless a case says otherwise. */
const usual = (): object => ({
  name: 'shop',
  parameters: { days: 1 },
  secrets: {
    file_db: { file: planted.vault('file') },
    exec_db: { exec: `cat ${planted.vault('exec')}` },
    failing: { exec: `cat ${planted.vault('exec')}; cat ${planted.vault('exec')} >&2; exit 3`, shell: true },
  },
});

describe('no secret is seen where something fails', () => {
  it.each(CASES)('$what', async ({ what, code, config, files }) => {
    const own = config();
    const text = typeof own === 'string' ? own : JSON.stringify({ ...usual(), ...own }, null, 2);
    planted.write({ 'bough.yml': text, 'config/part/base.yaml': 'size: 1\n', ...files });
    const ended = await planted.run('apply', 'prod', '--yes');
    const asJson = await planted.run('plan', 'prod', '--json');
    expect([ended.exit, asJson.exit]).toEqual([1, 1]);
    expect(ended.stderr).toContain(`error[${code}]`);
    expect(asJson.stdout).toContain(`"code": "${code}"`);
    if (what.includes('refused password'))
      expect(ended.stderr).toMatch(
        /`credential:` under `\w+:`\. The password was the secret `\w+`, from the (variable|command) /,
      );
    expect(await planted.sightings()).toEqual([]);
  });
});
