import { describe, expect, it } from 'vitest';
import { check, load, type Case } from './projects.ts';

describe('names and branches in bough.yml', () => {
  const cases: readonly Case[] = [
    [
      'a template with an unknown placeholder',
      'bough.yml',
      "name: x\nnames:\n  schema: '{schema}_{branch}'\n",
      [
        'bough.yml:3:11 name-template The template `{schema}_{branch}` holds `{branch}`: there are `{schema}`, `{env}` and `{ENV}`. | Write it like `{env}_{schema}`, `{schema}_{ENV}` or `{schema}`.',
      ],
    ],
    [
      'a template for one schema only',
      'bough.yml',
      "name: x\nnames: { schema: '{env}' }\n",
      [
        'bough.yml:2:18 name-template The template `{env}` lacks `{schema}`: all schemas would be one. | Write it like `{env}_{schema}`, `{schema}_{ENV}` or `{schema}`.',
      ],
    ],
    [
      'catalogs, of the project and of an environment',
      'bough.yml',
      "name: x\nnames: { catalog: '{env}' }\nenvironments:\n  prod: {}\n  dev: { names: { catalog: dev } }\n",
      ['2:19', '5:28'].map(
        (place) =>
          `bough.yml:${place} catalog-template No environment has a catalog of its own: neither DuckDB nor PostgreSQL moves views in two catalogs by one transaction. | Keep environments apart by \`names: { schema: … }\`, or give one a database of its own: \`base: none\`.`,
      ),
    ],
    [
      'a template with a catalog in it',
      'bough.yml',
      "name: x\nnames: { schema: '{env}.{schema}' }\n",
      [
        'bough.yml:2:18 name-template The template `{env}.{schema}` holds `.`: it names a schema, and all environments of a warehouse share one catalog. | Write it like `{env}_{schema}`, `{schema}_{ENV}` or `{schema}`.',
      ],
    ],
    [
      'shared schemas that are no list',
      'bough.yml',
      'name: x\nnames: { shared: A }\n',
      ['bough.yml:2:18 yaml-shape `names.shared` must be a list, not text.'],
    ],
    [
      'a pattern that no branch fits',
      'bough.yml',
      'name: x\nbranches:\n  "feature *": dev\n',
      [
        'bough.yml:3:3 branch-rule No branch fits `feature *`: git allows no ` ` there. | See `branches` in docs/environments.md.',
      ],
    ],
    [
      'an environment that cannot be one',
      'bough.yml',
      'name: x\nbranches:\n  dev: none\n  a/*: "{branch}-{branch}"\n  b/*: "{name}"\n',
      [
        'bough.yml:3:8 branch-rule `none` cannot name an environment: the word is reserved. | Write a name, or `{branch}` for one environment each.',
        'bough.yml:4:8 branch-rule `{branch}-{branch}` holds `{branch}` twice. | Write a name, or `{branch}` for one environment each.',
        'bough.yml:5:8 branch-rule `{name}` cannot name an environment: it holds `{`. | Write a name, or `{branch}` for one environment each.',
      ],
    ],
    [
      'a time to live that is none',
      'bough.yml',
      'name: x\nbranches:\n  a/*: { environment: "{branch}", ttl: 14 }\n  b/*: { environment: "{branch}", ttl: 0 }\n',
      [
        'bough.yml:3:40 branch-rule `ttl` must be a duration like `12h` or `14d`. | See `branches` in docs/environments.md.',
        'bough.yml:4:40 branch-rule `ttl` must be a duration like `12h` or `14d`. | See `branches` in docs/environments.md.',
      ],
    ],
    [
      'a time to live of what many share',
      'bough.yml',
      'name: x\nbranches:\n  a/*: { environment: dev, ttl: 14d }\n',
      [
        'bough.yml:3:33 branch-rule `dev` is of many branches: it cannot lapse with one. | See `branches` in docs/environments.md.',
      ],
    ],
    [
      'a rule that never decides',
      'bough.yml',
      'name: x\nbranches:\n  "*": dev\n  main: prod\n  feature/*: staging\n',
      [
        'bough.yml:5:3 branch-rule `feature/*` never decides: `*` before it takes all that it fits. | Put it before `*`.',
      ],
    ],
    [
      'environments that nobody declared',
      'bough.yml',
      'name: x\nbranches:\n  dev: Dev\n  main: prod\n  a/*: "{branch}"\n  b/*: { like: stagng }\n  c/*: { like: dev }\nenvironments: { prod: {}, dev: {}, staging: {} }\n',
      [
        'bough.yml:3:8 branch-rule No environment `Dev` is declared. | Did you mean `dev`?',
        'bough.yml:5:8 branch-rule `a/*` does not say by which declaration its environments go. | Add `like:`. Declared: prod, dev, staging.',
        'bough.yml:6:16 branch-rule No environment `stagng` is declared. | Did you mean `staging`?',
      ],
    ],
    [
      'a misspelt key',
      'bough.yml',
      'name: x\nbranches:\n  a/*: { enviroment: dev }\n',
      ['bough.yml:3:10 key-unknown Unknown key `enviroment` in `branches.a/*`. | Did you mean `environment`?'],
    ],
  ];
  it('takes {branch} without its quotes, too', () => {
    const written =
      'name: x\nbranches:\n  a/*: {branch}\n  b/*: { ttl: 1h }\n  c/*: {branch, ttl: 1h}\n  d/*: "{branch}"\n';
    const { branches } = load({ 'bough.yml': written }).project.config;
    expect(branches.map(({ environment }) => environment)).toEqual(branches.map(() => '{branch}'));
  });

  it.each(cases)('%s', (_what, path, content, expected) => expect(check(path, content)).toEqual(expected));
});
