import { describe, expect, it } from 'vitest';
import { check, type Case } from './projects.ts';

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
    [
      'neither file nor table',
      at,
      'kind: source\n',
      [`${at}:1:1 yaml-shape A source needs \`file\` or \`table\`, or \`query\` beside \`connection\`.`],
    ],
    [
      'a query of the warehouse itself',
      at,
      'kind: source\nquery: SELECT 1 AS a\n',
      [`${at}:2:8 yaml-shape \`query\` needs \`connection\`: a query of this warehouse is a model.`],
    ],
    [
      'a table and a query',
      at,
      'kind: source\nconnection: crm\ntable: a.b\nquery: SELECT 1 AS a\n',
      [`${at}:4:8 yaml-shape A source has \`table\` or \`query\`, not both.`],
    ],
    [
      'a parameter in the query of a source',
      at,
      'kind: source\nconnection: crm\nquery: |\n  SELECT 1 AS a\n  WHERE {{ x }}\n',
      [
        `${at}:5:9 yaml-shape No parameter can stand in the query of a source. | Take all rows in, and put the parameter into a model that reads them.`,
      ],
    ],
    [
      'a version of another database',
      at,
      'kind: source\ntable: a.b\nversion: { max: changed_at }\n',
      [
        `${at}:3:10 yaml-shape This \`version\` needs \`connection\`. | Beside \`table\` alone it is a query whose one value tells whether the table has changed.`,
      ],
    ],
    [
      'file and table',
      at,
      'kind: source\nfile: a.csv\ntable: a\n',
      [`${at}:3:8 yaml-shape A source has \`file\` or \`table\`, not both.`],
    ],
    [
      'a file behind a connection',
      at,
      'kind: source\nconnection: crm\nfile: { reference: path }\nformat: csv\n',
      [`${at}:3:7 yaml-shape \`file\` has no meaning beside \`connection\`: it is a table that is read, and copied.`],
    ],
    [
      'a file of an unknown format',
      at,
      'kind: source\nfile: { reference: path }\n',
      [
        `${at}:2:7 yaml-shape The format of a file that a reference names is not known. | Say it: \`format: csv\`, \`parquet\` or \`json\`.`,
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
