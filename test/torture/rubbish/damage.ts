import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Random } from '../../prove/random.ts';
import { garbled, spoiled } from './garble.ts';
import { drawFileName, drawName } from './names.ts';

export type Kind = 'text' | 'plan' | 'state' | 'warehouse' | 'cache' | 'file name' | 'environment' | 'overlay';

/** What can go wrong, each as often as it has ways to. */
export const KINDS: Readonly<Record<Kind, number>> = {
  text: 10,
  plan: 3,
  state: 2,
  warehouse: 2,
  cache: 1,
  'file name': 2,
  environment: 3,
  overlay: 1,
};

/** Something that is wrong with a project, and what is asked of it then. */
export interface Damage {
  readonly what: string;
  /** Files that were changed; without one, only the command is odd. */
  readonly paths: readonly string[];
  readonly commands: readonly (readonly string[])[];
  /** Whether what is published may be changed by a command that succeeds. */
  readonly may: 'publish' | 'publish elsewhere';
}

const TEXTS = ['bough.yml', 'config/shop/base.yaml', '.env', 'data/orders.csv'];
const ORDINARY = [['check'], ['plan', 'prod'], ['apply', 'prod', '--refresh', '--yes']] as const;

const OVERLAYS: readonly string[] = [
  '__proto__: { polluted: true }\n',
  'least: { $patch: replace }\n',
  '$patch: delete\n',
  'least: [1, { name: a }, { name: a }]\n',
  'constructor: { prototype: { polluted: true } }\n',
  'least: &a [*a]\n',
];

/** Draws what goes wrong, and makes it so. */
export function damage(kind: Kind, folder: string, random: Random): Damage {
  const put = (path: string, text: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const change = (path: string, of: typeof garbled): string => {
    const { way, text } = of(readFileSync(join(folder, path)), random);
    put(path, text);
    return `${path}: ${way}`;
  };
  const ordinary = (what: string, path: string): Damage => ({
    what,
    paths: [path],
    commands: ORDINARY,
    may: 'publish',
  });
  switch (kind) {
    case 'text': {
      const path = random.pick([...TEXTS, ...filesBelow(folder, 'models')]);
      return ordinary(change(path, garbled), path);
    }
    case 'plan': {
      const what = change('plan.json', garbled);
      return { what, paths: ['plan.json'], commands: [['apply', 'plan.json', '--yes']], may: 'publish' };
    }
    case 'state':
      return ordinary(change('.bough/state.db', spoiled), '.bough/state.db');
    case 'warehouse':
      return ordinary(change('.bough/warehouse.duckdb', spoiled), '.bough/warehouse.duckdb');
    case 'cache':
      return ordinary(change('.bough/cache.db', spoiled), '.bough/cache.db');
    case 'file name': {
      const path = `models/${drawFileName(random)}.${random.pick(['sql', 'yml'])}`;
      put(path, random.pick(['SELECT 1 AS a\n', 'kind: model\nname: x.y\nsql: SELECT 1 AS a\n']));
      return ordinary(path, path);
    }
    case 'environment': {
      const name = drawName(random);
      const commands = [
        ['plan', '--', name],
        ['apply', '--yes', '--', name],
        ['env', 'delete', '--yes', '--', name],
      ];
      return { what: JSON.stringify(name), paths: [], commands, may: 'publish elsewhere' };
    }
    case 'overlay': {
      const path = 'config/shop/prod.override.yaml';
      const text = random.pick(OVERLAYS);
      put(path, text);
      return ordinary(`${path}: ${JSON.stringify(text)}`, path);
    }
  }
}

const filesBelow = (folder: string, path: string): readonly string[] =>
  readdirSync(join(folder, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.\w+$/.test(name))
    .map((name) => `${path}/${name}`)
    .toSorted();
