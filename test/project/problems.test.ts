import { describe, expect, it } from 'vitest';
import { problemsOf, type Files } from './projects.ts';

/** One file that is wrong, and all that is said of it. */
type Case = readonly [what: string, path: string, content: string, expected: readonly string[]];

const check = (path: string, content: string): readonly string[] => {
  const files: Files = { [path]: content };
  return problemsOf(files);
};

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
        'bough.yml:2:1 key-unknown Unknown key `foo`. | Known here: name, engine, state, base, timezone, parameters, retention.',
        'bough.yml:5:3 key-unknown Unknown key `pth` in `engine`. | Did you mean `path`?',
      ],
    ],
    [
      'another engine',
      'bough.yml',
      'name: x\nengine: { type: duckbd }\n',
      ['bough.yml:2:17 yaml-shape `engine.type` must be `duckdb`. | Did you mean `duckdb`?'],
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
      ['bough.yml:3:9 yaml-shape `parameters.days` must be text, a number, `true` or `false` or empty, not a list.'],
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

describe('YAML nodes', () => {
  const at = 'models/raw/orders.yml';
  const cases: readonly Case[] = [
    ['empty', at, '# off\n', [`${at}:1:1 yaml-shape \`${at}\` holds no node. | Delete it, or give it a \`kind:\`.`]],
    [
      'text',
      at,
      'orders\n',
      [
        `${at}:1:1 yaml-shape A node is a map of keys. | Begin with \`kind: source\`, \`kind: seed\` or \`kind: model\`.`,
      ],
    ],
    [
      'no kind',
      at,
      'file: a.csv\n',
      [`${at}:1:1 yaml-shape \`kind\` is missing. | It is \`source\`, \`seed\` or \`model\`.`],
    ],
    [
      'a misspelt kind',
      at,
      'kind: soruce\n',
      [`${at}:1:7 yaml-shape \`soruce\` is no kind of node. | Did you mean \`source\`?`],
    ],
    [
      'a kind that is a list',
      at,
      'kind: [source]\n',
      [`${at}:1:7 yaml-shape \`kind\` must be text. | It is \`source\`, \`seed\` or \`model\`.`],
    ],
    [
      'broken YAML',
      at,
      'kind: source\nfile: a: b\n',
      [`${at}:2:7 yaml-syntax Not valid YAML: Nested mappings are not allowed in compact mappings.`],
    ],
    [
      'a tab',
      at,
      'kind: source\ncsv:\n\theader: true\n',
      [`${at}:3:1 yaml-syntax Not valid YAML: Tabs are not allowed as indentation. | Indent with blanks.`],
    ],
    [
      'an unknown tag',
      at,
      'kind: !!source x\n',
      [`${at}:1:7 yaml-syntax Not valid YAML: Unresolved tag: tag:yaml.org,2002:source.`],
    ],
    ['neither file nor table', at, 'kind: source\n', [`${at}:1:1 yaml-shape A source needs \`file\` or \`table\`.`]],
    [
      'file and table',
      at,
      'kind: source\nfile: a.csv\ntable: a\n',
      [`${at}:3:8 yaml-shape A source has \`file\` or \`table\`, not both.`],
    ],
    [
      'a connection',
      at,
      'kind: source\nconnection: crm\ntable: public.orders\n',
      [
        `${at}:2:13 yaml-shape \`connection\` is not available yet. | Read a file (\`file:\`), or a table of the same warehouse (\`table:\`).`,
      ],
    ],
    [
      'keys of the other form',
      at,
      'kind: source\ntable: a\nformat: csv\nload: view\n',
      [
        `${at}:3:9 yaml-shape \`format\` belongs to a source that reads a file.`,
        `${at}:4:7 yaml-shape \`load\` belongs to a source that reads a file.`,
      ],
    ],
    [
      'pin of a file',
      at,
      'kind: source\nfile: "*.csv"\npin: true\n',
      [`${at}:3:6 yaml-shape \`pin\` belongs to a source that reads a table.`],
    ],
    [
      'an ending that says nothing',
      at,
      'kind: source\nfile: "*.dat"\n',
      [
        `${at}:2:7 yaml-shape The format of \`*.dat\` cannot be told from its ending. | Known endings: .csv, .tsv, .parquet, .json, .jsonl, .ndjson. Else say it: \`format: csv\`.`,
      ],
    ],
    [
      'csv options of a Parquet file',
      at,
      'kind: source\nfile: "*.parquet"\ncsv: { header: true }\n',
      [`${at}:3:6 yaml-shape \`csv\` has no meaning for a parquet file.`],
    ],
    [
      'a remote file',
      at,
      'kind: source\nfile: https://x.example/a.csv\n',
      [`${at}:2:7 yaml-shape Remote files are not available yet. | Give a path relative to the project.`],
    ],
    [
      'an encoding',
      at,
      'kind: source\nfile: "*.csv"\ncsv: { encoding: utf8 }\n',
      [
        `${at}:3:18 yaml-shape \`csv.encoding\` must be \`utf-8\`, \`utf-16\` or \`latin-1\`. | Did you mean \`utf-8\`?`,
      ],
    ],
    [
      'a key of a column, in a map and in a list',
      at,
      'kind: source\ntable: a\ncolumns:\n  id: { typ: INTEGER }\n---\nkind: source\nname: a.b\ntable: a\ncolumns:\n  - { name: id, tpye: INTEGER }\n',
      [
        `${at}:4:9 key-unknown Unknown key \`typ\` in \`columns.id\`. | Did you mean \`type\`?`,
        `${at}:10:17 key-unknown Unknown key \`tpye\` in \`columns[0]\`. | Did you mean \`type\`?`,
      ],
    ],
    [
      'columns that are text',
      at,
      'kind: source\ntable: a\ncolumns: id\n',
      [`${at}:3:10 yaml-shape \`columns\` must be a map or a list, not text.`],
    ],
    [
      'a type that is a number',
      at,
      'kind: source\ntable: a\ncolumns: { id: 4 }\n',
      [`${at}:3:16 yaml-shape \`columns.id\` must be text, a map or empty, not the number 4.`],
    ],
    [
      'a column twice by letter case',
      at,
      'kind: source\ntable: a\ncolumns:\n  id: INTEGER\n  ID: INTEGER\n',
      [
        `${at}:5:3 name-duplicate The column \`ID\` is declared twice. | Letter case makes no difference: \`id\` is declared in line 4.`,
      ],
    ],
    [
      'an empty description',
      at,
      'kind: source\ntable: a\ndescription:\n',
      [`${at}:3:13 yaml-shape \`description\` must be text, not empty.`],
    ],
    [
      'tags that are text',
      at,
      'kind: source\ntable: a\ntags: daily\n',
      [`${at}:3:7 yaml-shape \`tags\` must be a list, not text.`],
    ],
    ['a model without SQL', at, 'kind: model\n', [`${at}:1:1 yaml-shape \`sql\` is missing.`]],
    [
      'a view said to be a table',
      at,
      'kind: view\nmaterialized: table\nsql: select 1\n',
      [`${at}:2:15 yaml-shape \`kind\` says view and \`materialized\` says table. | Leave one of the two out.`],
    ],
    [
      'a dependency without a schema',
      at,
      'kind: model\nsql: select 1\ndepends_on: [orders]\n',
      [
        `${at}:3:14 name-invalid The name \`orders\` has no schema. | A name has a schema and a name with one dot between them, like \`analytics.orders\`.`,
      ],
    ],
    ['a seed without a file', at, 'kind: seed\n', [`${at}:1:1 yaml-shape \`file\` is missing.`]],
    [
      'a number too large',
      at,
      'kind: model\nsql: select 1\nstorage: { x: 12345678901234567890 }\n',
      [`${at}:3:15 yaml-syntax The number 12345678901234567890 is too large to be exact. | Put it in quotes.`],
    ],
  ];
  it.each(cases)('%s', (_what, path, content, expected) => expect(check(path, content)).toEqual(expected));

  it('tells of each broken document of a stream', () => {
    expect(check(at, 'kind: source\ntable: a\n---\nkind: view\n---\n---\nkind: x\n')).toEqual([
      `${at}:4:1 yaml-shape \`sql\` is missing.`,
      `${at}:7:7 yaml-shape \`x\` is no kind of node. | It is \`source\`, \`seed\` or \`model\`.`,
    ]);
  });
});

describe('audits', () => {
  const at = 'models/raw/orders.yml';
  const audits = (list: string): readonly string[] => check(at, `kind: source\ntable: a\naudits:\n${list}\n`);
  it.each([
    [
      '  - not_nul: id',
      [`${at}:4:5 key-unknown Unknown key \`not_nul\` in \`audits[0]\`. | Did you mean \`not_null\`?`],
    ],
    [
      '  - { not_null: id, unique: id }',
      [
        `${at}:4:5 yaml-shape \`audits[0]\` must hold exactly one of not_null, unique, accepted_values, row_count, sql.`,
      ],
    ],
    [
      '  - severity: warn',
      [
        `${at}:4:5 yaml-shape \`audits[0]\` must hold exactly one of not_null, unique, accepted_values, row_count, sql.`,
      ],
    ],
    [
      '  - { unique: id, severity: wran }',
      [`${at}:4:29 yaml-shape \`audits[0].severity\` must be \`error\` or \`warn\`. | Did you mean \`warn\`?`],
    ],
    ['  - { unique: id, name: x }', [`${at}:4:5 yaml-shape \`audits[0]\` can have a \`name\` only beside \`sql\`.`]],
    ['  - unique: []', [`${at}:4:13 yaml-shape \`audits[0].unique\` must name at least one column.`]],
    ['  - unique', [`${at}:4:5 yaml-shape \`audits[0]\` must be a map, not text.`]],
    ['  - row_count: {}', [`${at}:4:16 yaml-shape \`audits[0].row_count\` must hold \`min\`, \`max\` or both.`]],
    [
      '  - row_count: { min: 2, max: 1 }',
      [`${at}:4:16 yaml-shape \`audits[0].row_count\` must not have a \`min\` above its \`max\`.`],
    ],
    ['  - row_count: { min: -1 }', [`${at}:4:23 yaml-shape \`audits[0].row_count.min\` must not be negative.`]],
    ['  - accepted_values: [1]', [`${at}:4:22 yaml-shape \`audits[0].accepted_values\` must be a map, not a list.`]],
    [
      '  - accepted_values: { column: a, values: [] }',
      [`${at}:4:43 yaml-shape \`audits[0].accepted_values.values\` must list at least one value.`],
    ],
  ])('%s', (list, expected) => expect(audits(list)).toEqual(expected));

  it.each([
    [
      'not_nul',
      [
        `${at}:3:27 yaml-shape \`columns.id.audits[0]\` must be \`not_null\` or \`unique\`. | Did you mean \`not_null\`?`,
      ],
    ],
    [
      'row_count: 1',
      [
        `${at}:3:27 key-unknown Unknown key \`row_count\` in \`columns.id.audits[0]\`. | Known here: not_null, unique, accepted_values, severity.`,
      ],
    ],
    [
      '3',
      [`${at}:3:27 yaml-shape \`columns.id.audits[0]\` must be \`not_null\`, \`unique\` or a map, not the number 3.`],
    ],
  ])('of a column: %s', (audit, expected) =>
    expect(check(at, `kind: source\ntable: a\ncolumns: { id: { audits: [${audit}] } }\n`)).toEqual(expected),
  );
});

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

  it('suggests the nearest file for one that is missing', () => {
    expect(
      problemsOf({
        'data/orders.csv': 'a\n1\n',
        'models/raw/orders.yml': 'kind: source\nfile: data/order.csv\n',
        'models/raw/other.yml': 'kind: seed\nfile: nowhere/at_all.csv\n',
      }),
    ).toEqual([
      'models/raw/orders.yml:2:7 source-missing The file `data/order.csv` does not exist. | Did you mean `data/orders.csv`?',
      'models/raw/other.yml:2:7 source-missing The file `nowhere/at_all.csv` does not exist. | The path is relative to the folder of bough.yml.',
    ]);
  });

  it('names a seed without a schema, and how to name it', () => {
    expect(problemsOf({ 'seeds/x.csv': 'a\n1\n' })).toEqual([
      'seeds/x.csv:1:1 name-invalid `seeds/x.csv` stands right under `seeds/`, so that it has no schema. | Move it to `seeds/<schema>/x.csv`, or name it in models/ with `kind: seed` and `file: seeds/x.csv`.',
    ]);
  });
});
