import { describe, expect, it } from 'vitest';
import { check, lines, load, problemsOf, type Case } from './projects.ts';

describe('SQL files', () => {
  const at = 'models/marts/orders.sql';
  const cases: readonly Case[] = [
    [
      'an unknown key in the head',
      at,
      '/* bough\n   materialised: view\n*/\nselect 1',
      [`${at}:2:4 key-unknown Unknown key \`materialised\`. | Did you mean \`materialized\`?`],
    ],
    [
      'a head on one line',
      at,
      '/* bough kidn: view */ select 1',
      [`${at}:1:10 key-unknown Unknown key \`kidn\`. | Did you mean \`kind\`?`],
    ],
    [
      'broken YAML in the head',
      at,
      '\n/* bough\ntags: [a\n*/\nselect 1',
      [
        `${at}:4:1 yaml-syntax Not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ].`,
      ],
    ],
    [
      'a kind that SQL cannot be',
      at,
      '/* bough\nkind: source\n*/\nselect 1',
      [`${at}:2:7 yaml-shape \`kind\` must be \`model\`, \`table\` or \`view\`.`],
    ],
    [
      'a head that is text',
      at,
      '/* bough is great */ select 1',
      [`${at}:1:10 yaml-shape The document must be a map, not text.`],
    ],
    ['a head never closed', at, 'select 1', []],
    [
      'a head that is open',
      at,
      '/* bough\nkind: view\nselect 1',
      [`${at}:1:1 yaml-syntax The \`/* bough\` comment is never closed. | End it with \`*/\`.`],
    ],
    [
      'a comment in the head',
      at,
      '/* bough\nfoo: /* x */\n*/\nselect 1',
      [
        `${at}:2:6 yaml-syntax A \`/* bough\` comment cannot hold another \`/*\`. | Comments nest in SQL. Write what needs it in a YAML file.`,
      ],
    ],
    [
      'a head after a comment',
      at,
      '-- mine\n/* a */ /* bough\nkind: view */ select 1',
      [
        `${at}:2:9 yaml-syntax A \`/* bough\` comment must be the first of the file, with a blank or a line break after \`bough\`.`,
      ],
    ],
    [
      'a head with a colon',
      at,
      '/* bough: { kind: view } */ select 1',
      [
        `${at}:1:1 yaml-syntax A \`/* bough\` comment must be the first of the file, with a blank or a line break after \`bough\`.`,
      ],
    ],
    [
      'a bad name in the head',
      at,
      '/* bough\nname: a.b.c\n*/\nselect 1',
      [
        `${at}:2:7 name-invalid The name \`a.b.c\` holds more than one dot. | A name has a schema and a name with one dot between them, like \`analytics.orders\`.`,
      ],
    ],
    [
      'a reserved schema',
      at,
      '/* bough\nname: Bough.x\n*/\nselect 1',
      [`${at}:2:7 name-invalid The schema of \`Bough.x\` is reserved. | Choose another schema.`],
    ],
    [
      'a control character in a name',
      at,
      '/* bough\nname: "a.b\\e"\n*/\nselect 1',
      [
        `${at}:2:7 name-invalid The name \`a.b\u{FFFD}\` holds a control character. | A name has a schema and a name with one dot between them, like \`analytics.orders\`.`,
      ],
    ],
    [
      'blanks in a name',
      at,
      '/* bough\nname: "a. b"\n*/\nselect 1',
      [
        `${at}:2:7 name-invalid The name \`a. b\` has blanks around a part. | A name has a schema and a name with one dot between them, like \`analytics.orders\`.`,
      ],
    ],
    [
      'an empty part',
      at,
      '/* bough\nname: a.\n*/\nselect 1',
      [
        `${at}:2:7 name-invalid The name \`a.\` has an empty part. | A name has a schema and a name with one dot between them, like \`analytics.orders\`.`,
      ],
    ],
    [
      'no schema',
      'models/orders.sql',
      'select 1',
      [
        'models/orders.sql:1:1 name-invalid `models/orders.sql` stands right under `models/`, so that it has no schema. | Move it to `models/<schema>/orders.sql`, or give it a `name:`.',
      ],
    ],
    [
      'a dot in the name of the file',
      'models/a/b.c.sql',
      'select 1',
      [
        'models/a/b.c.sql:1:1 name-invalid The name that `models/a/b.c.sql` gives holds a dot. | Rename it, or give it a `name:`.',
      ],
    ],
  ];
  it.each(cases)('%s', (_what, path, content, expected) => expect(check(path, content)).toEqual(expected));
});

describe('across files', () => {
  it('reports everything at once, sorted by place', () => {
    expect(
      problemsOf({
        'bough.yml': 'name: x\nfoo: 1\n',
        'models/a/x.sql': '/* bough\nbar: 1\n*/ select 1',
        'models/a/y.yml': 'kind: nothing\n',
        'models/z.sql': 'select 1',
        'seeds/s.csv': 'a\n1\n',
      }).map((line) => line.split(' ').slice(0, 2).join(' ')),
    ).toEqual([
      'bough.yml:2:1 key-unknown',
      'models/a/x.sql:2:1 key-unknown',
      'models/a/y.yml:1:7 yaml-shape',
      'models/z.sql:1:1 name-invalid',
      'seeds/s.csv:1:1 name-invalid',
    ]);
  });

  it('names both places of a name that is there twice', () => {
    expect(problemsOf({ 'models/a/x.sql': 'select 1', 'models/b/x.sql': '/* bough\nname: a.x\n*/ select 1' })).toEqual([
      'models/b/x.sql:1:1 name-duplicate Two nodes are named `a.x`: here and at models/a/x.sql:1:1. | Rename one of them with `name:`, or remove it.',
    ]);
  });

  it('takes names that differ by letter case for one', () => {
    expect(problemsOf({ 'models/a/x.sql': 'select 1', 'seeds/A/X.csv': 'a\n1\n' })).toEqual([
      'seeds/A/X.csv:1:1 name-duplicate `A.X` and `a.x` (models/a/x.sql:1:1) are one name: letter case makes no difference. | Rename one of them with `name:`, or remove it.',
    ]);
  });

  it('warns of a file that is missing, with the nearest: its content may be loaded already', () => {
    const { warnings } = load({
      'data/orders.csv': 'a\n1\n',
      'models/raw/orders.yml': 'kind: source\nfile: data/order.csv\n',
      'models/raw/other.yml': 'kind: seed\nfile: nowhere/at_all.csv\n',
    });
    expect(lines(warnings)).toEqual([
      'models/raw/orders.yml:2:7 warning source-missing The file `data/order.csv` does not exist. | Did you mean `data/orders.csv`?',
      'models/raw/other.yml:2:7 warning source-missing The file `nowhere/at_all.csv` does not exist. | The path is relative to the folder of bough.yml.',
    ]);
  });

  it('names a seed without a schema, and how to name it', () => {
    expect(problemsOf({ 'seeds/x.csv': 'a\n1\n' })).toEqual([
      'seeds/x.csv:1:1 name-invalid `seeds/x.csv` stands right under `seeds/`, so that it has no schema. | Move it to `seeds/<schema>/x.csv`, or name it in models/ with `kind: seed` and `file: seeds/x.csv`.',
    ]);
  });
});
