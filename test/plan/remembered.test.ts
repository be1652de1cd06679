import { describe, expect, it } from 'vitest';
import type { Facts, Remembered } from '../../src/model/facts.ts';
import { asInstant, asNodeName, asSnapshot, type NodeName } from '../../src/model/ids.ts';
import type { ModelNode, Node, SourceNode } from '../../src/model/node.ts';
import { graphOf } from '../../src/plan/graph.ts';
import { identify, type Identity } from '../../src/plan/identify.ts';
import { digestOf, keyOf } from '../../src/identity/hash.ts';
import { compareMeanings } from '../../src/identity/meaning.ts';
import { read, resolve } from '../../src/sql/index.ts';

const fold = (name: string): string => name.toLowerCase();
const at = { file: 'x.sql', line: 1, column: 1 };
const common = { description: null, owner: null, tags: [], columns: [], audits: [], at };
const orders: SourceNode = {
  ...common,
  kind: 'source',
  name: asNodeName('raw.orders'),
  origin: { type: 'table', table: 'raw.orders', pin: true, version: null },
};
const model = (name: string, text: string): ModelNode => ({
  ...common,
  kind: 'model',
  name: asNodeName(name),
  materialized: 'table',
  sql: { text, file: `${name}.sql`, line: 1, column: 1, indent: 0 },
  clock: 'follow',
  storage: {},
  parameters: {},
  dependsOn: [],
  opaque: false,
  cutoff: 'on',
});
/** The address stands for the file as it lies on the disk, and with it for the whole node. */
const untouched = (nodes: readonly Node[]): readonly Node[] =>
  nodes.map((node) => {
    if (node.kind !== 'model') return node;
    const address = keyOf('file', JSON.stringify(node));
    return { ...node, sql: { ...node.sql, untouched: { address, digest: digestOf(node.sql.text) } } };
  });

const facts = (more: Partial<Facts> = {}, columns = ['id', 'amount']): Facts => ({
  clock: asInstant('2026-11-21T10:00:00.000Z'),
  timezone: 'UTC',
  engine: 'duckdb/1',
  sources: new Map([
    [
      orders.name,
      {
        snapshot: asSnapshot('s1'),
        columns: columns.map((name) => ({ name, type: 'INTEGER' })),
        live: false,
        avoid: null,
      },
    ],
  ]),
  releases: [],
  ...more,
});

/** A memory, and how much work was done although it was there. */
function memory(): {
  remembered: Remembered;
  resolved: NodeName[];
  read: string[];
  ask: (nodes: readonly Node[], under?: Facts) => Map<string, Identity>;
} {
  const rows = new Map<string, string>();
  const remembered: Remembered = {
    get: (kind, key) => rows.get(`${kind} ${key}`) ?? null,
    put: (kind, key, value) => void rows.set(`${kind} ${key}`, value),
  };
  const resolved: NodeName[] = [];
  const readings: string[] = [];
  const ask = (nodes: readonly Node[], under = facts()): Map<string, Identity> => {
    resolved.length = readings.length = 0;
    const byName = new Map(nodes.map((node) => [node.name, node]));
    const reading = (text: string) => {
      readings.push(text);
      return read(text, { dialect: 'duckdb', parameters: {} });
    };
    const { graph, problems } = graphOf(byName, { fold, read: reading, remembered });
    expect(problems).toEqual([]);
    const { identities } = identify(graph, under, {
      fold,
      remembered,
      resolve: (one, inputs) => {
        resolved.push(asNodeName(one.canonical));
        return resolve(one, inputs);
      },
    });
    return new Map(identities);
  };
  return { remembered, resolved, read: readings, ask };
}

const project = [
  orders,
  model('a.clean', 'SELECT id, amount FROM raw.orders WHERE amount > 0'),
  model('a.total', 'SELECT sum(amount) AS total FROM a.clean'),
  model('a.ids', 'SELECT id FROM a.clean'),
  model('a.today', 'SELECT id, current_date AS day FROM a.clean'),
];
const edited =
  (name: string, to: Node) =>
  (nodes: readonly Node[]): readonly Node[] =>
    nodes.map((node) => (node.name === name ? to : node));
/** Names are compared without letter case, and written as they are spelled. */
const renamed = (node: Node): Node => (node.name === 'a.clean' ? { ...node, name: asNodeName('a.Clean') } : node);
const keysOf = (identities: ReadonlyMap<string, Identity>): readonly (readonly string[])[] =>
  [...identities].map(([name, one]) => [name, one.key, one.codeKey, one.digest, JSON.stringify(one.seen())]);

describe('what is remembered', () => {
  it('answers a second plan whole, with the same keys', () => {
    const { ask, resolved } = memory();
    const first = keysOf(ask(project));
    expect(resolved.length).toBe(4);
    const second = ask(project);
    expect(keysOf(second)).toEqual(first);
    expect(resolved).toEqual([]);
    expect(keysOf(memory().ask(project))).toEqual(first);
  });

  it('is asked anew for what an edit reaches, and gives what a fresh look gives', () => {
    const { ask, resolved } = memory();
    ask(project);
    const edited = project.map((node) =>
      node.name === 'a.clean'
        ? model('a.clean', 'SELECT id, amount * 2 AS amount FROM raw.orders WHERE amount > 0')
        : node,
    );
    const after = keysOf(ask(edited));
    expect(resolved.length).toBeGreaterThan(0);
    expect(after).toEqual(keysOf(memory().ask(edited)));
  });

  it('resolves only what was edited, where what others read has the columns that it had', () => {
    const { ask, resolved } = memory();
    ask(project);
    const edited = project.map((node) =>
      node.name === 'a.clean' ? model('a.clean', 'SELECT id, amount FROM raw.orders WHERE amount > 1') : node,
    );
    const after = ask(edited);
    expect(resolved).toHaveLength(1);
    const fresh = memory().ask(edited);
    expect(keysOf(after)).toEqual(keysOf(fresh));
    const toldOf = (identities: ReadonlyMap<string, Identity>) =>
      [...identities.values()].map((one) => [one.meaning(), one.uses(asNodeName('a.clean')), one.shape()]);
    expect(toldOf(after)).toEqual(toldOf(fresh));
  });

  it.each([
    [
      'a new snapshot',
      facts({
        sources: new Map([
          [
            orders.name,
            {
              snapshot: asSnapshot('s2'),
              columns: [
                { name: 'id', type: 'INTEGER' },
                { name: 'amount', type: 'INTEGER' },
              ],
              live: false,
              avoid: null,
            },
          ],
        ]),
      }),
    ],
    ['a new column', facts({}, ['id', 'amount', 'status'])],
    ['another engine', facts({ engine: 'duckdb/2' })],
    ['another day', facts({ clock: asInstant('2026-11-22T10:00:00.000Z') })],
  ])('does not answer for %s', (_what, under) => {
    const { ask } = memory();
    ask(project);
    expect(keysOf(ask(project, under))).toEqual(keysOf(memory().ask(project, under)));
  });
});

describe('a model whose file nobody touched', () => {
  it('is neither read nor resolved, and has the keys that a fresh look gives', () => {
    const { ask, resolved, read: readings } = memory();
    const first = keysOf(ask(untouched(project)));
    expect(readings).not.toEqual([]);
    const second = ask(untouched(project));
    expect([...readings, ...resolved]).toEqual([]);
    expect(keysOf(second)).toEqual(first);
    expect(first).toEqual(keysOf(memory().ask(project)));
  });

  it('is not even read where it is told what an edit above it moved', () => {
    const { ask } = memory();
    const before = ask(untouched(project)).get('a.ids')?.meaning();
    const nodes = edited('a.clean', model('a.clean', 'SELECT id, amount FROM raw.orders WHERE amount > 1'))(project);
    const unread = untouched(nodes).map((node) => {
      if (node.kind !== 'model' || node.name !== 'a.ids') return node;
      const sql = Object.defineProperty({ ...node.sql }, 'text', { get: () => expect.fail('was read') });
      return { ...node, sql };
    });
    const after = ask(unread).get('a.ids')?.meaning();
    if (before === undefined || after === undefined) throw new Error('a.ids has no keys');
    expect(compareMeanings(before, after)).toMatchObject({ category: 'breaking', rowsMoved: true });
  });

  it.each<[string, (nodes: readonly Node[]) => readonly Node[]]>([
    ['other rows of what it reads', edited('a.clean', model('a.clean', 'SELECT id, amount FROM raw.orders'))],
    ['other columns of what it reads', edited('a.clean', model('a.clean', 'SELECT amount, id FROM raw.orders'))],
    [
      'a column of what it reads that is unique now',
      edited('a.clean', {
        ...model('a.clean', 'SELECT id, amount FROM raw.orders WHERE amount > 0'),
        audits: [{ type: 'unique', columns: ['id'], severity: 'error', at }],
      }),
    ],
    ['another name of what it reads', (nodes) => nodes.map(renamed)],
  ])('is judged anew for %s', (_what, edit) => {
    const nodes = [...project, model('a.first', 'SELECT id, row_number() OVER (ORDER BY id) AS place FROM a.clean')];
    const { ask } = memory();
    ask(untouched(nodes));
    const after = edit(nodes);
    expect(keysOf(ask(untouched(after)))).toEqual(keysOf(memory().ask(after)));
    expect(keysOf(ask(untouched(nodes)))).toEqual(keysOf(memory().ask(nodes)));
  });

  it('is read anew where what it names is gone', () => {
    const { remembered, ask } = memory();
    ask(untouched(project));
    const without = new Map(
      untouched(project)
        .filter(({ name }) => name !== 'a.clean')
        .map((node) => [node.name, node]),
    );
    const reading = (text: string) => read(text, { dialect: 'duckdb', parameters: {} });
    const { problems } = graphOf(without, { fold, read: reading, remembered });
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['table-unknown']));
  });
});
