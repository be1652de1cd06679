import { describe, expect, it } from 'vitest';
import { check, type Case } from './projects.ts';

describe('bough.yml', () => {
  const cases: readonly Case[] = [
    [
      'empty',
      'bough.yml',
      '# nothing\n',
      ['bough.yml:1:1 yaml-shape `bough.yml` is empty. | It must hold at least `name: my_project`.'],
    ],
    ['no name', 'bough.yml', 'base: prod\n', ['bough.yml:1:1 yaml-shape `name` is missing.']],
    ['a list', 'bough.yml', '- name\n', ['bough.yml:1:1 yaml-shape The document must be a map, not a list.']],
    [
      'a misspelt key',
      'bough.yml',
      'name: x\nparamters: {}\n',
      ['bough.yml:2:1 key-unknown Unknown key `paramters`. | Did you mean `parameters`?'],
    ],
    [
      'several unknown keys, each at its place',
      'bough.yml',
      'name: x\nfoo: 1\nengine:\n  type: duckdb\n  pth: a.db\n',
      [
        'bough.yml:2:1 key-unknown Unknown key `foo`. | Known here: name, engine, state, base, timezone, parameters, cutoff, determinism, retention, large_build, names, branches, secrets, references, environments, promotion, check.',
        'bough.yml:5:3 key-unknown Unknown key `pth` in `engine`. | Did you mean `path`?',
      ],
    ],
    [
      'another engine',
      'bough.yml',
      'name: x\nengine: { type: duckbd }\n',
      ['bough.yml:2:17 yaml-shape `engine.type` must be `duckdb` or `postgres`. | Did you mean `duckdb`?'],
    ],
    [
      'an engine in memory',
      'bough.yml',
      'name: x\nengine: { path: ":memory:" }\n',
      ['bough.yml:2:17 yaml-shape `engine.path` must be a file: builds have to outlive the command.'],
    ],
    [
      'threads and memory',
      'bough.yml',
      'name: x\nengine:\n  threads: 1.5\n  memory_limit: 80%\n',
      [
        'bough.yml:3:12 yaml-shape `engine.threads` must be a whole number, not the number 1.5.',
        'bough.yml:4:17 yaml-shape `engine.memory_limit` must be a size like `4GB` or `512MiB`.',
      ],
    ],
    [
      'no threads',
      'bough.yml',
      'name: x\nengine: { threads: 0 }\n',
      ['bough.yml:2:20 yaml-shape `engine.threads` must be at least 1.'],
    ],
    [
      'a state that is a list',
      'bough.yml',
      'name: x\nstate: [a]\n',
      ['bough.yml:2:8 yaml-shape `state` must be text or a map, not a list.'],
    ],
    [
      'a state without a path',
      'bough.yml',
      'name: x\nstate: { type: sqlite }\n',
      ['bough.yml:2:8 yaml-shape `state.path` is missing.'],
    ],
    [
      'a time zone',
      'bough.yml',
      'name: x\ntimezone: Europe/Berlinn\n',
      [
        'bough.yml:2:11 yaml-shape `timezone` must be an IANA name, and `Europe/Berlinn` is none. | Did you mean `Europe/Berlin`?',
      ],
    ],
    [
      'an offset for a time zone',
      'bough.yml',
      'name: x\ntimezone: "+02:00"\n',
      [
        'bough.yml:2:11 yaml-shape `timezone` must be an IANA name, and `+02:00` is none. | Write it like `Europe/Berlin` or `UTC`.',
      ],
    ],
    [
      'a duration',
      'bough.yml',
      'name: x\nretention: a week\n',
      ['bough.yml:2:12 yaml-shape `retention` must be a duration like `90m`, `12h` or `7d`, or 0.'],
    ],
    [
      'a bare number for a duration',
      'bough.yml',
      'name: x\nretention: 7\n',
      ['bough.yml:2:12 yaml-shape `retention` must be a duration like `90m`, `12h` or `7d`, or 0.'],
    ],
    [
      'a parameter that is a list',
      'bough.yml',
      'name: x\nparameters:\n  days: [1]\n',
      [
        'bough.yml:3:9 yaml-shape `parameters.days` must be text, a number, `true` or `false`, empty or a map, not a list.',
      ],
    ],
    [
      'the name of a parameter',
      'bough.yml',
      'name: x\nparameters:\n  a-b: 1\n',
      ['bough.yml:3:3 yaml-shape `parameters.a-b` must be made of letters, digits and `_`.'],
    ],
    [
      'two documents',
      'bough.yml',
      'name: x\n---\nname: y\n',
      ['bough.yml:3:1 yaml-shape `bough.yml` must be one document.'],
    ],
    [
      'a key twice',
      'bough.yml',
      'name: x\nname: y\n',
      ['bough.yml:2:1 yaml-syntax The key `name` stands here a second time.'],
    ],
  ];
  it.each(cases)('%s', (_what, path, content, expected) => expect(check(path, content)).toEqual(expected));

  it('names the environment rules for a base that cannot be one', () => {
    const [line] = check('bough.yml', 'name: x\nbase: ../x\n');
    expect(line).toMatch(/^bough.yml:2:7 name-invalid `..\/x` cannot name an environment/);
  });
});
