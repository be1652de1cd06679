import { describe, expect, it } from 'vitest';
import type { Node } from '../../src/model/node.ts';
import { graphOf } from '../../src/plan/graph.ts';
import { read } from '../../src/sql/index.ts';
import { boundIn, found } from './wired.ts';

const dialect = 'duckdb';

const CONFIG = `name: x
parameters: { a_parameter: data/parameter.csv }
references:
  some_text: { kind: value, type: string }
  some_number: { kind: value, type: integer }
  some_list: { kind: value, type: array }
  some_release: release
  some_db: connection
  also: { alias: some_text }
environments:
  prod:
    some_text: data/prod.csv
    some_number: 7
    some_list: [a, b]
    some_release: V1.0.0
    some_db: { type: postgres, host: db }
`;

/** Where a reference can stand: a file with a hole for it, what then stands there, and what fits. */
interface Place {
  readonly what: string;
  readonly path: string;
  readonly text: (hole: string) => string;
  readonly value: (node: Node) => unknown;
  readonly literal: string;
  readonly at: string;
}

const yaml = 'models/raw/node.yml';

const PLACES: readonly Place[] = [
  {
    what: 'file of a source',
    path: yaml,
    text: (hole) => `kind: source\nname: raw.node\nformat: csv\nfile: ${hole}\n`,
    value: (node) => node.kind === 'source' && 'path' in node.origin && node.origin.path,
    literal: 'data/literal.csv',
    at: `${yaml}:4:7`,
  },
  {
    what: 'table of a source',
    path: yaml,
    text: (hole) => `kind: source\nname: raw.node\ntable: ${hole}\n`,
    value: (node) => node.kind === 'source' && 'table' in node.origin && node.origin.table,
    literal: 'other.orders',
    at: `${yaml}:3:8`,
  },
  {
    what: 'version of a source',
    path: yaml,
    text: (hole) => `kind: source\nname: raw.node\ntable: other.orders\nversion: ${hole}\n`,
    value: (node) => node.kind === 'source' && 'version' in node.origin && node.origin.version,
    literal: 'SELECT 1',
    at: `${yaml}:4:10`,
  },
  {
    what: 'version of a table behind a connection',
    path: yaml,
    text: (hole) => `kind: source\nname: raw.node\nconnection: some_db\ntable: public.t\nversion: ${hole}\n`,
    value: (node) => node.kind === 'source' && node.origin.type === 'connection' && Object(node.origin.version).query,
    literal: 'SELECT 1',
    at: `${yaml}:5:10`,
  },
  {
    what: 'file of a seed',
    path: yaml,
    text: (hole) => `kind: seed\nname: raw.node\nfile: ${hole}\n`,
    value: (node) => node.kind === 'seed' && node.path,
    literal: 'data/literal.csv',
    at: `${yaml}:3:7`,
  },
  {
    what: 'option of a storage',
    path: 'models/raw/node.sql',
    text: (hole) => `/* bough\nstorage:\n  tablespace: ${hole}\n*/\nSELECT 1 AS one\n`,
    value: (node) => node.kind === 'model' && node.storage['tablespace'],
    literal: 'fast',
    at: 'models/raw/node.sql:3:15',
  },
  {
    what: 'item deep in a storage',
    path: yaml,
    text: (hole) =>
      `kind: model\nname: raw.node\nsql: SELECT 1 AS one\nstorage:\n  indexes: [one, { columns: ${hole} }]\n`,
    value: (node) => node.kind === 'model' && Object(node.storage['indexes'])[1].columns,
    literal: 'one',
    at: `${yaml}:5:29`,
  },
];

const filesOf = ({ path, text }: Place, hole: string): Readonly<Record<string, string>> => ({
  'bough.yml': CONFIG,
  'data/literal.csv': 'id\n1\n',
  [path]: text(hole),
});

const only = (place: Place, hole: string): { value: unknown; problems: readonly string[] } => {
  const { nodes, problems } = boundIn(filesOf(place, hole), 'prod');
  const [node] = nodes.values();
  return {
    value: node === undefined ? undefined : place.value(node),
    problems: problems.map(({ code, message, at, hint }) => {
      return `${at?.file}:${at?.line}:${at?.column} ${code} ${message}${hint === undefined ? '' : ` | ${hint}`}`;
    }),
  };
};

describe.each(PLACES.map((place) => [place.what, place] as const))('the %s', (_, place) => {
  it('is what is written', () => {
    expect(only(place, place.literal)).toEqual({ value: place.literal, problems: [] });
  });

  it.each([
    ['some_text', 'data/prod.csv'],
    ['also', 'data/prod.csv'],
    ['a_parameter', 'data/parameter.csv'],
  ])('is what %s stands for', (name, value) => {
    expect(only(place, `{ reference: ${name} }`)).toEqual({ value, problems: [] });
  });

  it('names what is there where a name is misspelt', () => {
    expect(only(place, '{ reference: some_txet }').problems).toEqual([
      `${place.at} reference-unknown There is no reference \`some_txet\`. | Did you mean \`some_text\`?`,
    ]);
    expect(only(place, '{ reference: a_paramter }').problems[0]).toContain('Did you mean `a_parameter`?');
  });

  it('is no connection and no release', () => {
    const needs = place.what.includes('storage') ? 'a value' : 'text';
    const as = place.text('').includes('storage') ? 'storage' : place.what.split(' ', 1)[0];
    expect(only(place, '{ reference: some_db }').problems).toEqual([
      `${place.at} reference-kind \`some_db\` is a connection, and \`${as}\` needs ${needs}.`,
    ]);
    expect(only(place, '{ reference: some_release }').problems[0]).toContain('`some_release` is a release, and');
  });

  it('counts as a use', () => {
    const unused = found(filesOf(place, '{ reference: some_text }')).filter(({ code }) => code === 'reference-unused');
    expect(unused.some(({ message }) => message.includes('some_text'))).toBe(false);
  });
});

describe('code with references', () => {
  it.each(PLACES.map((place) => [place.what, place] as const))('is one in all environments: %s', (_, place) => {
    const files = filesOf(place, '{ reference: some_text }');
    const other = CONFIG.slice(CONFIG.indexOf('  prod:')).replace('prod', 'dev').replace('prod.csv', 'dev.csv');
    const both = { ...files, 'bough.yml': CONFIG + other };
    const [prod, dev] = ['prod', 'dev'].map((environment) => {
      const { nodes } = boundIn(both, environment);
      const { graph } = graphOf(nodes, {
        fold: (name) => name,
        read: (text, parameters) => read(text, { dialect, parameters }),
      });
      return [...graph.nodes.values()].map(({ node, local }) => ({ local, value: place.value(node) }))[0];
    });
    expect(prod?.value).not.toEqual(dev?.value);
    expect(prod?.local).toBe(dev?.local);
  });
});

describe('a reference to something else than text', () => {
  it('is a value in a storage, whatever its type', () => {
    const [, , , , , option, deep] = PLACES;
    if (option === undefined || deep === undefined) throw new Error('the places have moved');
    expect(only(option, '{ reference: some_number }')).toEqual({ value: 7, problems: [] });
    expect(only(deep, '{ reference: some_list }')).toEqual({ value: ['a', 'b'], problems: [] });
  });

  it('is told where text is needed', () => {
    const [file] = PLACES;
    if (file === undefined) throw new Error('the places have moved');
    expect(only(file, '{ reference: some_number }').problems).toEqual([
      `${file.at} reference-kind \`some_number\` stands for 7, and \`file\` needs text.`,
    ]);
  });
});
