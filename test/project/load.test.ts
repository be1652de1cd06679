import { UNWIRED } from '../../src/model/environments.ts';
import { USUAL_NAMING } from '../../src/model/naming.ts';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRoot, loadConfig, loadProject } from '../../src/project/index.ts';
import { folder, lines, load, nodeOf, problemsOf, project, refusal, type Files } from './projects.ts';

const names = (files: Files): readonly string[] => [...load(files).project.nodes.keys()];

describe('findRoot', () => {
  it('searches upwards', () => {
    const root = project({ 'models/a/b/x.sql': 'select 1' });
    expect(findRoot(join(root, 'models/a/b'))).toBe(root);
    expect(findRoot(root)).toBe(root);
  });
  it('finds nothing where there is nothing', () => expect(findRoot(folder())).toBeNull());
});

describe('loadConfig', () => {
  it('needs a name alone', () => {
    const root = project({});
    expect(loadConfig(root)).toEqual({
      name: 'test',
      engine: { type: 'duckdb', path: join(root, '.bough/warehouse.duckdb'), threads: null, memoryLimit: null },
      state: { type: 'sqlite', path: join(root, '.bough/state.db') },
      base: 'prod',
      timezone: 'UTC',
      parameters: {},
      cutoff: true,
      determinism: 'warn',
      retention: 7 * 86_400_000,
      largeBuild: Infinity,
      wiring: UNWIRED,
      naming: { ...USUAL_NAMING, declared: ['prod'] },
      branches: [],
      secrets: new Map(),
      rules: new Map(),
    });
  });

  it('reads every key', () => {
    const root = project({
      'bough.yml': `
name: shop
engine: { type: duckdb, path: data/wh.duckdb, threads: 2, memory_limit: 1.5 GiB }
state: { type: sqlite, path: /tmp/state.db }
base: main
timezone: Europe/Berlin
parameters: { days: 30, region: eu, live: true, none: null }
cutoff: off
determinism: error
retention: 12h
names: { schema: '{schema}_{ENV}', shared: [SHARED_DATA] }
branches:
  dev: DEV
  feature/*: { environment: '{branch}', ttl: 14d }
check: { rules: { select-star: off } }
`,
    });
    expect(loadConfig(root)).toEqual({
      name: 'shop',
      engine: { type: 'duckdb', path: join(root, 'data/wh.duckdb'), threads: 2, memoryLimit: '1.5 GiB' },
      state: { type: 'sqlite', path: '/tmp/state.db' },
      base: 'main',
      timezone: 'Europe/Berlin',
      parameters: { days: 30, region: 'eu', live: true, none: null },
      cutoff: false,
      determinism: 'error',
      retention: 12 * 3_600_000,
      largeBuild: Infinity,
      wiring: UNWIRED,
      naming: {
        schema: '{schema}_{ENV}',
        schemas: new Map(),
        shared: [{ schema: 'SHARED_DATA', at: expect.anything() }],
        declared: ['main', 'DEV'],
      },
      branches: [
        { pattern: 'dev', environment: 'DEV', like: null, ttl: null, at: { file: 'bough.yml', line: 13, column: 3 } },
        {
          pattern: 'feature/*',
          environment: '{branch}',
          like: null,
          ttl: 14 * 86_400_000,
          at: { file: 'bough.yml', line: 14, column: 3 },
        },
      ],
      secrets: new Map(),
      rules: new Map([['select-star', { level: 'off', at: { file: 'bough.yml', line: 15, column: 19 } }]]),
    });
  });

  it.each([
    ['0', 0],
    ['90m', 5_400_000],
    ['1h30m', 5_400_000],
    ['2w', 1_209_600_000],
  ])('reads a retention of %s', (written, milliseconds) => {
    expect(loadConfig(project({ 'bough.yml': `name: x\nretention: ${written}\n` })).retention).toBe(milliseconds);
  });

  it('takes a path for the state', () => {
    const root = project({ 'bough.yml': 'name: x\nstate: s.db\n' });
    expect(loadConfig(root).state).toEqual({ type: 'sqlite', path: join(root, 's.db') });
  });

  it('works although the models are broken', () => {
    const root = project({ 'models/x.sql': 'select 1', 'models/a/y.yml': ':' });
    expect(loadConfig(root).name).toBe('test');
    expect(refusal(() => loadProject(root))).toHaveLength(2);
  });

  it('refuses with all that is wrong', () => {
    const root = project({ 'bough.yml': 'name: 1\nretention: x\nfoo: 1\n' });
    expect(refusal(() => loadConfig(root))).toEqual([
      'bough.yml:1:7 yaml-shape `name` must be text, not the number 1.',
      'bough.yml:3:1 key-unknown Unknown key `foo`. | Known here: name, engine, state, base, timezone, parameters, cutoff, determinism, retention, large_build, names, branches, secrets, references, environments, promotion, check.',
    ]);
  });
});

describe('names', () => {
  it('come from the path, or from `name:`', () => {
    expect(
      names({
        'models/staging/orders.sql': 'select 1',
        'models/deep/down/marts/revenue.SQL': 'select 1',
        'models/top.sql': '/* bough\nname: a.top\n*/ select 1',
        'models/raw/customers.yaml': 'kind: source\ntable: c\n',
        'models/raw/many.yml': 'kind: source\nname: raw.one\ntable: c\n---\nkind: source\nname: raw.two\ntable: c\n',
        'seeds/ref/countries.csv': 'code\nde\n',
      }),
    ).toEqual(['marts.revenue', 'raw.customers', 'raw.one', 'raw.two', 'staging.orders', 'a.top', 'ref.countries']);
  });

  it('may hold blanks and quotes, as the engine allows', () => {
    expect(names({ 'models/a b/it"s.sql': 'select 1' })).toEqual(['a b.it"s']);
  });

  it('are composed, however the disk writes accents', () => {
    expect(names({ ['models/s/gru\u0308n.sql']: 'select 1' })).toEqual(['s.gr\u00FCn']);
  });

  it('leave out hidden files, and files that are none of ours', () => {
    expect(names({ 'models/a/.x.sql': 'select 1', 'models/.git/y.sql': 'x', 'models/a/README.md': 'x' })).toEqual([]);
  });
});

describe('SQL models', () => {
  it('without a head are tables, with their text as it stands', () => {
    expect(nodeOf({ 'models/a/x.sql': '-- hello\nselect 1\n' }, 'a.x')).toEqual({
      kind: 'model',
      name: 'a.x',
      description: null,
      owner: null,
      tags: [],
      columns: [],
      audits: [],
      at: { file: 'models/a/x.sql', line: 1, column: 1 },
      materialized: 'table',
      sql: { text: '-- hello\nselect 1\n', file: 'models/a/x.sql', line: 1, column: 1, indent: 0 },
      clock: 'follow',
      storage: {},
      parameters: {},
      dependsOn: [],
      opaque: false,
      cutoff: 'on',
    });
  });

  it('take everything from their head', () => {
    const head = `/* bough
kind: view
name: b.y
description: What it is
owner: data@example.org
tags: [daily, core]
clock: ignore
opaque: true
storage: { partition_by: [day], ttl: 3 }
depends_on: [raw.a]
columns:
  id: { type: INTEGER, description: Key, audits: [not_null, unique, accepted_values: [1, 2]] }
  note:
audits:
  - { unique: [id, day], severity: warn }
  - row_count: { min: 1 }
  - name: positive
    sql: select * from b.y where id < 0
*/`;
    const at = (line: number, column: number): object => ({ file: 'models/a/x.sql', line, column });
    expect(nodeOf({ 'models/a/x.sql': `${head} select 1` }, 'b.y')).toMatchObject({
      materialized: 'view',
      description: 'What it is',
      owner: 'data@example.org',
      tags: ['daily', 'core'],
      clock: 'ignore',
      opaque: true,
      storage: { partition_by: ['day'], ttl: 3 },
      dependsOn: ['raw.a'],
      columns: [
        { name: 'id', type: 'INTEGER', description: 'Key' },
        { name: 'note', type: null, description: null },
      ],
      audits: [
        { type: 'not_null', columns: ['id'], severity: 'error', at: at(12, 51) },
        { type: 'unique', columns: ['id'], severity: 'error', at: at(12, 61) },
        { type: 'accepted_values', column: 'id', values: [1, 2], severity: 'error', at: at(12, 69) },
        { type: 'unique', columns: ['id', 'day'], severity: 'warn', at: at(15, 5) },
        { type: 'row_count', min: 1, max: null, severity: 'error', at: at(16, 5) },
        { type: 'sql', name: 'positive', severity: 'error', at: at(17, 5) },
      ],
      sql: { text: ' select 1', line: 19, column: 3, indent: 0 },
    });
  });

  it.each([
    ['/* bough */ select 1', 'table'],
    ['/* bough kind: model */ select 1', 'table'],
    ['/* bough kind: table */ select 1', 'table'],
    ['/*bough kind: view*/ select 1', 'view'],
    ['\n  /* bough\n  materialized: view\n  */ select 1', 'view'],
    ['/* bought */ select 1', 'table'],
    ['/* Bough reads this */ select 1', 'table'],
    ['-- kind: view\nselect 1', 'table'],
    ["select '/* bough kind: view */'", 'table'],
  ])('%j is a %s', (sql, materialized) => {
    expect(nodeOf({ 'models/a/x.sql': sql }, 'a.x')).toMatchObject({ materialized });
  });

  it('are the same text with any line ends and with a byte order mark', () => {
    const head = '/* bough\nkind: view\n*/\n';
    const plain = nodeOf({ 'models/a/x.sql': `${head}select 'a\nb'` }, 'a.x');
    expect(nodeOf({ 'models/a/x.sql': `\uFEFF${head}select 'a\nb'`.replaceAll('\n', '\r\n') }, 'a.x')).toEqual(plain);
  });

  it('hold the values of the parameters that they and their audits mention', () => {
    const config = 'name: x\nparameters: { a: 1, b: two, c: 3, toString: x }\n';
    const sql = '/* bough\naudits: [sql: "select {{ b }}"]\n*/ select {{a}}, {{ unknown }}, {{ hasOwnProperty }}';
    expect(nodeOf({ 'bough.yml': config, 'models/a/x.sql': sql }, 'a.x')).toMatchObject({
      parameters: { a: 1, b: 'two' },
    });
  });
  it('hold the parameter that a misspelt one was meant to be', () => {
    const config = 'name: x\nparameters: { days: 1, other: 2 }\n';
    expect(nodeOf({ 'bough.yml': config, 'models/a/x.sql': 'select {{ dyas }}' }, 'a.x')).toMatchObject({
      parameters: { days: 1 },
    });
  });
});

describe('sources', () => {
  const source = (yaml: string): unknown => nodeOf({ 'models/raw/x.yml': `kind: source\n${yaml}` }, 'raw.x');
  const csv = { header: true, delimiter: null, quote: null, null: null, encoding: null };
  it.each([
    ['file: "*.csv"', { path: '*.csv', format: 'csv', csv, load: 'copy' }],
    ['file: "d/**/*.CSV.gz"', { path: 'd/**/*.CSV.gz', format: 'csv', csv, load: 'copy' }],
    ['file: "*.tsv"', { path: '*.tsv', format: 'csv', csv: { ...csv, delimiter: '\t' }, load: 'copy' }],
    ['file: "*.parquet"\nload: view', { path: '*.parquet', format: 'parquet', csv, load: 'view' }],
    ['file: "*.ndjson.gz"', { path: '*.ndjson.gz', format: 'json', csv, load: 'copy' }],
    ['file: "*.dat"\nformat: json', { path: '*.dat', format: 'json', csv, load: 'copy' }],
    [
      'file: "*.csv"\ncsv: { header: false, delimiter: "|", quote: "", null: NA, encoding: latin-1 }',
      {
        path: '*.csv',
        format: 'csv',
        csv: { header: false, delimiter: '|', quote: '', null: 'NA', encoding: 'latin-1' },
        load: 'copy',
      },
    ],
  ])('read files: %s', (yaml, origin) => expect(source(yaml)).toMatchObject({ origin: { type: 'file', ...origin } }));

  it.each([
    ['table: etl.orders', { table: 'etl.orders', pin: false, version: null }],
    ['table: o\npin: true\nversion: select max(v) from o', { table: 'o', pin: true, version: 'select max(v) from o' }],
  ])('read tables: %s', (yaml, origin) => expect(source(yaml)).toMatchObject({ origin: { type: 'table', ...origin } }));

  it('declare columns as a map or as a list', () => {
    const columns = [
      { name: 'id', type: 'INTEGER', description: null },
      { name: 'null', type: null, description: 'Odd' },
    ];
    expect(source('table: o\ncolumns:\n  id: INTEGER\n  null: { description: Odd }\n')).toMatchObject({ columns });
    expect(
      source('table: o\ncolumns:\n  - { name: id, type: INTEGER }\n  - { name: "null", description: Odd }\n'),
    ).toMatchObject({ columns });
  });
});

describe('seeds', () => {
  it('are named by a YAML file or by their path, not by both', () => {
    const { nodes } = load({
      'seeds/countries.csv': 'code\nde\n',
      'seeds/ref/cities.csv': 'code\nb\n',
      'models/ref/land.yml': 'kind: seed\nfile: ./seeds/countries.csv\ndescription: All\ncsv: { null: "-" }\n',
    }).project;
    expect([...nodes.values()]).toMatchObject([
      { kind: 'seed', name: 'ref.land', path: './seeds/countries.csv', description: 'All', csv: { null: '-' } },
      { kind: 'seed', name: 'ref.cities', path: 'seeds/ref/cities.csv', at: { file: 'seeds/ref/cities.csv' } },
    ]);
  });

  it('warns of a node file that is not read', () => {
    expect(lines(load({ 'seeds/ref/a.csv': 'x\n1\n', 'seeds/ref/a.yml': 'kind: seed\n' }).warnings)).toEqual([
      'seeds/ref/a.yml:1:1 warning yaml-shape `seeds/ref/a.yml` is not read. | Nodes are read from models/, seeds/ holds .csv files.',
    ]);
  });
});

describe('the disk', () => {
  it('is followed through links, and a circle of links ends', () => {
    const root = project({ 'models/a/x.sql': 'select 1' });
    const other = folder();
    writeFileSync(join(other, 'y.sql'), 'select 1');
    symlinkSync(other, join(root, 'models/b'));
    symlinkSync(join(root, 'models/a'), join(root, 'models/a/again'));
    symlinkSync(join(root, 'models/a/x.sql'), join(root, 'models/a/z.sql'));
    expect([...loadProject(root).project.nodes.keys()].sort()).toEqual(['a.x', 'a.z', 'again.x', 'again.z', 'b.y']);
  });

  it('says which link leads nowhere', () => {
    const root = project({ 'models/a/x.sql': 'select 1' });
    symlinkSync(join(root, 'gone.sql'), join(root, 'models/a/y.sql'));
    expect(refusal(() => loadProject(root))).toEqual([
      'models/a/y.sql:1:1 file-unreadable `models/a/y.sql` cannot be read: it does not exist.',
    ]);
  });

  it('says that bough.yml is gone', () => {
    const root = project({});
    rmSync(join(root, 'bough.yml'));
    expect(refusal(() => loadConfig(root))).toEqual([
      'bough.yml:1:1 file-unreadable `bough.yml` cannot be read: it does not exist.',
    ]);
  });

  it('says that bough.yml is a folder', () => {
    const root = project({});
    rmSync(join(root, 'bough.yml'));
    mkdirSync(join(root, 'bough.yml'));
    expect(refusal(() => loadConfig(root))).toEqual([
      'bough.yml:1:1 file-unreadable `bough.yml` cannot be read: it is a folder.',
    ]);
  });

  it.skipIf(process.getuid?.() === 0)('says which file may not be read', () => {
    const root = project({ 'models/a/x.sql': 'select 1' });
    chmodSync(join(root, 'models/a/x.sql'), 0);
    expect(refusal(() => loadProject(root))).toEqual([
      'models/a/x.sql:1:1 file-unreadable `models/a/x.sql` cannot be read: permission denied.',
    ]);
  });

  it.each([
    [
      'NUL',
      Buffer.from('select 1\n\0'),
      'models/a/x.sql:2:1 file-unreadable `models/a/x.sql` holds a NUL character: it is not a text file in UTF-8. | Save it as UTF-8.',
    ],
    [
      'latin-1',
      Buffer.from('select\n "gr\u00FCn"', 'latin1'),
      'models/a/x.sql:2:5 file-unreadable `models/a/x.sql` is not valid UTF-8. | Save it as UTF-8.',
    ],
    [
      'UTF-16',
      Buffer.from('select 1', 'utf16le'),
      'models/a/x.sql:1:2 file-unreadable `models/a/x.sql` holds a NUL character: it is not a text file in UTF-8. | Save it as UTF-8.',
    ],
  ])('refuses %s', (_what, bytes, expected) => expect(problemsOf({ 'models/a/x.sql': bytes })).toEqual([expected]));

  it('takes a replacement character that is really there', () => {
    expect(names({ 'models/a/x.sql': "select '\uFFFD'" })).toEqual(['a.x']);
  });
});
