import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openOutsides, type EnvironmentOutside } from '../../src/bindings/open-outsides.ts';
import { asEnvironmentName, type EnvironmentName } from '../../src/model/ids.ts';
import type { Position, Problem } from '../../src/model/problems.ts';
import type { SetBy } from '../../src/model/references.ts';
import { folderWith } from './folder.ts';

const names = (...list: readonly string[]): readonly EnvironmentName[] => list.map(asEnvironmentName);
const place = (at: Position | null | undefined): string => (at ? `${at.file}:${at.line}:${at.column}` : '-');
const told = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ severity, message, at }) => `${severity} ${place(at)} ${message}`);
const said = (setBy: readonly SetBy[] | undefined): readonly string[] =>
  (setBy ?? []).map((one) => (one.type === 'file' ? place(one.at) : `${one.name} ${place(one.at)}`));

interface World {
  readonly environment?: Readonly<Record<string, string>>;
  readonly home?: string;
  readonly profile?: string;
}

async function outsideOf(root: string, line: readonly string[], world: World = {}): Promise<EnvironmentOutside> {
  const { environment = {}, home = join(root, 'home'), profile = null } = world;
  const outsides = await openOutsides({ root, environment, home, profile });
  const environments = names(...line);
  return outsides.for(environments.at(-1)!, environments);
}

const valuesIn = ({ values }: EnvironmentOutside): unknown =>
  Object.fromEntries([...values].map(([name, { value }]) => [name, value]));

describe('values of overlays', () => {
  const FILES = {
    'config/training/base.yaml':
      'train_days: 30\nmodel: { n_estimators: 100, learning_rate: 0.1 }\nregions: [EU, US]\n',
    'config/training/prod.override.yaml': 'train_days: 365\nmodel: { n_estimators: 500 }\n',
    'config/training/dev.override.yml': 'train_days: 7\n',
    'config/scoring/base.yml': 'threshold: 0.5\n',
  };

  it('are the base, the override of the base, and the own one, with their places', async () => {
    const root = folderWith(FILES);
    const dev = await outsideOf(root, ['prod', 'dev']);
    expect(valuesIn(dev)).toEqual({
      'training.train_days': 7,
      'training.model.n_estimators': 500,
      'training.model.learning_rate': 0.1,
      'training.regions': ['EU', 'US'],
      'scoring.threshold': 0.5,
    });
    expect(said(dev.values.get('training.train_days')?.setBy)).toEqual([
      'config/training/base.yaml:1:13',
      'config/training/prod.override.yaml:1:13',
      'config/training/dev.override.yml:1:13',
    ]);
    expect(dev.parts.get('training')?.value).toEqual({
      train_days: 7,
      model: { n_estimators: 500, learning_rate: 0.1 },
      regions: ['EU', 'US'],
    });
    expect(dev.problems).toEqual([]);
  });

  it('leave other environments alone', async () => {
    expect(valuesIn(await outsideOf(folderWith(FILES), ['qa']))).toMatchObject({ 'training.train_days': 30 });
  });

  it('take variables, and say which', async () => {
    const root = folderWith({
      'config/training/base.yaml':
        'days: ${DAYS:-30}\nname: "${DAYS:-30}"\nzip: ${ZIP}\nlist: [1, "${DAYS:-30}"]\nown: 1\n',
      '.env': '# local\nZIP=01234\n',
      '.env.dev': 'DAYS=9\n',
    });
    const dev = await outsideOf(root, ['dev']);
    expect(valuesIn(dev)).toEqual({
      'training.days': 9,
      'training.name': '9',
      'training.zip': '01234',
      'training.list': [1, '9'],
      'training.own': 1,
    });
    expect(said(dev.values.get('training.days')?.setBy)).toEqual([
      'config/training/base.yaml:1:7',
      'DAYS .env.dev:1:1',
    ]);
    expect([...dev.values].filter(([, { variable }]) => variable).map(([name]) => name)).toEqual([
      'training.days',
      'training.name',
      'training.zip',
      'training.list',
    ]);
    const prod = await outsideOf(root, ['prod']);
    expect(prod.values.get('training.days')).toMatchObject({ value: 30, variable: true });
  });

  it('list everything that is missing at once, where it stands', async () => {
    const root = folderWith({
      'config/a/base.yaml': 'x: ${ONE}\ny: "${TWO:?the number of days} and ${THREE}"\nz: ${BROKEN\n',
      'config/b/base.yaml': 'x:\n  y: ${ONE}\n',
      'config/b/dev.override.yaml': 'z: ${FOUR}\n',
    });
    expect(told((await outsideOf(root, ['dev'])).problems)).toEqual([
      'error config/a/base.yaml:1:4 The variable `ONE` is not set.',
      'error config/a/base.yaml:2:5 The variable `TWO` is not set: the number of days.',
      'error config/a/base.yaml:2:36 The variable `THREE` is not set.',
      'error config/a/base.yaml:3:4 This is no variable: `${BROKEN` is never closed: `}` is missing.',
      'error config/b/base.yaml:2:6 The variable `ONE` is not set.',
      'error config/b/dev.override.yaml:1:4 The variable `FOUR` is not set.',
    ]);
    expect(told((await outsideOf(root, ['prod'])).problems)).not.toContainEqual(expect.stringContaining('FOUR'));
  });

  it('do not ask for variables of what is overridden', async () => {
    const root = folderWith({ 'config/a/base.yaml': 'x: ${ONE}\n', 'config/a/dev.override.yaml': 'x: 1\n' });
    expect((await outsideOf(root, ['dev'])).problems).toEqual([]);
  });

  it('fit their schema', async () => {
    const root = folderWith({
      'config/training/schema.yaml':
        'properties:\n  days: { type: integer, minimum: 1 }\n  rate: { type: number }\n  mode: { enum: [fast, exact] }\nrequired: [days, rate]\nadditionalProperties: false\n',
      'config/training/base.yaml': 'days: 30\nrate: 0.5\n',
      'config/training/dev.override.yaml': 'days: 0\nmode: fsat\nrat: 1\nrate: { $patch: delete }\n',
    });
    expect((await outsideOf(root, ['prod'])).problems).toEqual([]);
    expect(told((await outsideOf(root, ['dev'])).problems).toSorted()).toEqual([
      'error config/training/dev.override.yaml:1:1 `training` lacks `rate`.',
      'error config/training/dev.override.yaml:1:7 `training.days` must be >= 1.',
      'error config/training/dev.override.yaml:2:7 `training.mode` must be equal to one of the allowed values: fast, exact.',
      'error config/training/dev.override.yaml:3:6 `training` holds an unknown value `rat`.',
    ]);
  });

  it.each([
    ['properties: { days: { type: integr } }', /no JSON Schema/],
    ['minimun: 3', /no JSON Schema: .*minimun/],
    ['- a list', /it is not a map/],
  ])('refuse a schema that is none: %s', async (schema, message) => {
    const root = folderWith({ 'config/a/schema.yaml': schema, 'config/a/base.yaml': 'days: 1\n' });
    const { problems } = await outsideOf(root, ['dev']);
    expect(told(problems).join()).toMatch(message);
    expect(problems[0]?.at?.file).toBe('config/a/schema.yaml');
  });

  it('accept a schema in JSON, of either draft', async () => {
    for (const $schema of ['http://json-schema.org/draft-07/schema#', 'https://json-schema.org/draft/2020-12/schema']) {
      const schema = JSON.stringify({ $schema, properties: { days: { type: 'integer' } } });
      const root = folderWith({ 'config/a/schema.json': schema, 'config/a/base.yaml': 'days: many\n' });
      expect(told((await outsideOf(root, ['dev'])).problems)).toEqual([
        'error config/a/base.yaml:1:7 `a.days` must be integer.',
      ]);
    }
  });

  it('say what is wrong with their files', async () => {
    const root = folderWith({
      'config/a/base.yaml': '- 1\n',
      'config/b/base.yaml': 'x: 1\n',
      'config/b/base.yml': 'x: 1\n',
      'config/c/dev.overide.yaml': 'x: 1\n',
      'config/d.yaml': 'x: 1\n',
      'config/e/base.yaml': 'x: 1\n---\ny: 2\n',
      'config/e/README.md': 'words\n',
    });
    expect(told((await outsideOf(root, ['dev'])).problems)).toEqual([
      'warning config/d.yaml:1:1 `config/d.yaml` is not read.',
      'error config/a/base.yaml:1:1 An overlay is a map of values.',
      'error config/b/base.yml:1:1 `config/b/base.yml` and `config/b/base.yaml` say the same thing twice.',
      'warning config/c/dev.overide.yaml:1:1 `config/c/dev.overide.yaml` is not read.',
      'error config/e/base.yaml:3:1 `config/e/base.yaml` must be one document.',
    ]);
  });
});

describe('variables', () => {
  const variable = async (root: string, name: string, world: World = {}, part = 'p'): Promise<unknown> => {
    const outside = await outsideOf(root, ['dev'], world);
    return outside.values.get(`${part}.${name}`)?.value ?? told(outside.problems);
  };
  const CONFIG = { 'config/p/base.yaml': 'x: "${X:-unset}"\n' };

  it('come from the process before .env.<env> before .env, those of the part first', async () => {
    const files = {
      ...CONFIG,
      'p/.env.dev': 'X=1',
      'p/.env': 'X=2',
      '.env.dev': 'X=3',
      '.env': 'X=4',
      '.env.prod': 'X=5',
    };
    const order = ['p/.env.dev', 'p/.env', '.env.dev', '.env'] as const;
    expect(await variable(folderWith(files), 'x', { environment: { X: '0' } })).toBe('0');
    const left: Record<string, string> = { ...files };
    for (const [index, file] of order.entries()) {
      expect(await variable(folderWith(left), 'x')).toBe(String(index + 1));
      delete left[file];
    }
    expect(await variable(folderWith(left), 'x')).toBe('unset');
  });

  it('may come through a link', async () => {
    const root = folderWith({ ...CONFIG, 'secrets/shared.env': 'export X="linked" # why\n' });
    mkdirSync(join(root, 'p'));
    symlinkSync('../secrets/shared.env', join(root, 'p/.env'));
    expect(await variable(root, 'x')).toBe('linked');
  });

  it('miss nothing where `.env` is a folder, and say where a link leads nowhere', async () => {
    const root = folderWith(CONFIG);
    mkdirSync(join(root, '.env'));
    expect(await variable(root, 'x')).toBe('unset');
    const broken = folderWith(CONFIG);
    symlinkSync('gone.env', join(broken, '.env'));
    expect(told((await outsideOf(broken, ['dev'])).problems)).toEqual([
      'error .env:1:1 `.env` is a link to `gone.env`, which is not there.',
    ]);
  });

  it('know the line that sets them, the last one where there are several', async () => {
    const root = folderWith({ ...CONFIG, '.env': '# X=0\nX=1\nexport  X = "2"\nXY=3\n' });
    const { values } = await outsideOf(root, ['dev']);
    expect(values.get('p.x')).toMatchObject({ value: '2' });
    expect(said(values.get('p.x')?.setBy)).toEqual(['config/p/base.yaml:1:4', 'X .env:3:9']);
  });

  it('do harm to nothing, whatever their names', async () => {
    const root = folderWith({ ...CONFIG, '.env': '__proto__=1\nconstructor=2\nX=3\n' });
    expect(await variable(root, 'x')).toBe('3');
    expect(({} as Record<string, unknown>)['X']).toBeUndefined();
  });
});

describe('profiles', () => {
  const CONNECTIONS = (name: string): string => `connections: { ${name}: { type: postgres, host: "\${HOST}" } }\n`;
  const PLACES = ['profiles-dev.yml', 'home/.bough/profiles-dev.yml', 'profiles.yml', 'home/.bough/profiles.yml'];

  it('are taken from the first place there is', async () => {
    const left = Object.fromEntries(PLACES.map((path, index) => [path, CONNECTIONS(`c${index}`)]));
    for (const [index, path] of PLACES.entries()) {
      const root = folderWith({ ...left, 'profiles-prod.yml': CONNECTIONS('other') });
      const { profile, connections } = await outsideOf(root, ['dev']);
      expect([...connections.keys()]).toEqual([`c${index}`]);
      expect(profile?.file).toBe(path.replace('home/', '~/'));
      const given = await outsideOf(root, ['dev'], { profile: join(root, PLACES[3]!) });
      expect([...given.connections.keys()]).toEqual(['c3']);
      delete left[path];
    }
    expect((await outsideOf(folderWith(left), ['dev'])).profile).toBeNull();
  });

  it('hold connections and defaults, with variables that are asked for when they are used', async () => {
    const root = folderWith({
      'profiles.yml': `${CONNECTIONS('db')}source_defaults:\n  postgres: { port: 5433 }\n`,
    });
    const outside = await outsideOf(root, ['dev']);
    expect(outside.problems).toEqual([]);
    expect(outside.sourceDefaults.get('postgres')?.value).toEqual({ port: 5433 });
    const problems: Problem[] = [];
    expect(outside.expand(outside.connections.get('db')!, problems)).toBeNull();
    expect(told(problems)).toEqual(['error profiles.yml:1:44 The variable `HOST` is not set.']);
    const set = await outsideOf(root, ['dev'], { environment: { HOST: 'db.internal' } });
    expect(set.expand(set.connections.get('db')!, [])).toMatchObject({
      value: { type: 'postgres', host: 'db.internal' },
      variable: true,
    });
  });

  it('say what is wrong with them', async () => {
    const wrong = async (text: string): Promise<readonly string[]> =>
      told((await outsideOf(folderWith({ 'profiles.yml': text }), ['dev'])).problems);
    expect(await wrong('connection: {}\n')).toEqual(['error profiles.yml:1:1 Unknown key `connection`.']);
    expect(await wrong('connections: [a]\n')).toEqual([
      'error profiles.yml:1:14 `connections` must be a map, not a list.',
    ]);
    expect(await wrong('# nothing\n')).toEqual(['error profiles.yml:1:1 `profiles.yml` is empty.']);
    const root = folderWith({});
    const { problems } = await outsideOf(root, ['dev'], { profile: join(root, 'gone.yml') });
    expect(told(problems)).toEqual(['error gone.yml:1:1 `gone.yml` cannot be read: it does not exist.']);
  });
});
