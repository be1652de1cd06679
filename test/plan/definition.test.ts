import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/problems.ts';
import { definitionOf, nodeFromDefinition } from '../../src/plan/definition.ts';
import { load } from '../project/projects.ts';

const FILES = {
  'bough.yml': 'name: x\nparameters: { a: 1.5, b: "ü\\u2028\\"" }\n',
  'models/a/m.sql':
    '/* bough\nkind: view\naudits: [{ sql: "select {{ b }}" }]\nstorage: { z: [1, null], a: { b: true } }\n*/ select {{ a }}',
  'models/a/f.yml':
    'kind: source\nfile: "*.csv"\ncolumns: { id: { type: INTEGER, audits: [accepted_values: [1, x, null]] } }\n',
  'models/a/t.yml': 'kind: source\ntable: t\nversion: select 1\n',
  'seeds/s/x.csv': 'a\n1\n',
};

const codeOf = (json: string): string => {
  try {
    nodeFromDefinition(json);
  } catch (raw) {
    if (raw instanceof UserError) return raw.problems[0]?.code ?? '';
    throw raw;
  }
  return '';
};

describe('recorded definitions', () => {
  it('give back the very node', () => {
    const nodes = [...load(FILES).project.nodes.values()];
    expect(nodes).toHaveLength(4);
    for (const node of nodes) expect(nodeFromDefinition(definitionOf(node))).toEqual(node);
  });

  it('are canonical: the order of keys moves nothing', () => {
    const one = load({ 'models/a/m.yml': 'kind: model\nsql: select 1\nowner: me\nstorage: { a: 1, b: 2 }\n' }).project
      .nodes;
    const [node] = one.values();
    if (node === undefined) throw new Error('nothing was loaded');
    const turned = Object.fromEntries(Object.entries(node).reverse());
    expect(definitionOf(nodeFromDefinition(JSON.stringify({ node: turned, format: 'bough.definition/1' })))).toBe(
      definitionOf(node),
    );
    expect(definitionOf(node)).toMatch(/^\{"format":"bough.definition\/1","node":\{"at":/);
  });

  it.each([
    ['', 'state-damaged'],
    ['{', 'state-damaged'],
    ['null', 'state-damaged'],
    ['{}', 'state-damaged'],
    ['{"format":"other/1","node":{}}', 'state-damaged'],
    ['{"format":"bough.definition/1"}', 'state-damaged'],
    ['{"format":"bough.definition/1","node":{"kind":"dream","name":"a.b"}}', 'state-damaged'],
    ['{"format":"bough.definition/1","node":{"kind":"model"}}', 'state-damaged'],
    ['{"format":"bough.definition/2","node":{}}', 'state-newer'],
  ])('%s is %s', (json, code) => expect(codeOf(json)).toBe(code));
});
