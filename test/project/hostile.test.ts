import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadProject } from '../../src/project/index.ts';
import { load, problemsOf, project, refusal } from './projects.ts';

const AT = 'models/a/x.yml';
const DEEP = 'yaml-syntax The YAML is nested too deeply.';
const first = (yaml: string, path = AT): string => problemsOf({ [path]: yaml })[0] ?? 'nothing';

describe('hostile YAML gives an error with a place', () => {
  const laughs = (depth: number): string =>
    Array.from({ length: depth }, (_, level) => {
      const inner = level === 0 ? 'lol, lol' : `*l${level - 1}, *l${level - 1}`;
      return `l${level}: &l${level} [${inner.repeat(1)}, ${inner}, ${inner}, ${inner}, ${inner}]`;
    }).join('\n');

  it.each([
    ['an alias bomb', laughs(12), `${AT}:1:1 yaml-syntax The aliases of this YAML grow too large.`],
    [
      'an alias of itself',
      'kind: model\nstorage: &a { x: [*a] }\n',
      `${AT}:2:19 yaml-syntax The alias \`*a\` contains itself.`,
    ],
    ['an alias without an anchor', 'kind: *k\n', `${AT}:1:7 yaml-syntax The alias \`*k\` has no anchor before it.`],
    ['a deep list', `kind: ${'['.repeat(20_000)}${']'.repeat(20_000)}`, `${AT}:1:207 ${DEEP}`],
    ['a deep list that is never closed', `kind: ${'['.repeat(20_000)}`, `${AT}:1:207 ${DEEP}`],
    ['a deep list beside brackets in quotes', '[ "]", '.repeat(20_000), `${AT}:1:1401 ${DEEP}`],
    ['deep maps', `kind: ${'{a: '.repeat(20_000)}`, `${AT}:1:807 ${DEEP}`],
    ['deep blocks', `kind:\n  ${'- '.repeat(20_000)}`, `${AT}:2:1 ${DEEP}`],
    ['deep keys', `${'? '.repeat(20_000)}x`, `${AT}:1:1 ${DEEP}`],
    [
      'a deep map',
      Array.from({ length: 500 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
      `${AT}:201:1 ${DEEP}`,
    ],
    ['deep but within what can be read', `storage: ${'['.repeat(100)}${']'.repeat(100)}`, `${AT}:1:72 ${DEEP}`],
    [
      '`__proto__`',
      'kind: model\nsql: select 1\n__proto__: { opaque: true }\n',
      `${AT}:3:1 yaml-syntax A key cannot be named \`__proto__\`.`,
    ],
    [
      '`__proto__` deep down',
      'kind: model\nsql: select 1\nstorage: { a: { "__proto__": 1 } }\n',
      `${AT}:3:17 yaml-syntax A key cannot be named \`__proto__\`.`,
    ],
    [
      '`constructor`',
      'kind: model\nsql: select 1\nconstructor: 1\n',
      `${AT}:3:1 key-unknown Unknown key \`constructor\`.`,
    ],
    ['a merge key', 'kind: model\n<<: { sql: select 1 }\n', `${AT}:1:1 yaml-shape \`sql\` is missing.`],
    ['a key that is a list', '? [a]\n: b\n', `${AT}:1:3 yaml-syntax Not valid YAML`],
    [
      'a key twice',
      'kind: model\nsql: select 1\nstorage:\n  a: 1\n  a: 2\n',
      `${AT}:5:3 yaml-syntax The key \`a\` stands here a second time.`,
    ],
    ['a NUL', 'kind: model\nsql: "a\0"\n', `${AT}:2:8 file-unreadable`],
    ['a directive', '%YAML 9.9\n---\nkind: nothing\n', `${AT}:1:`],
    ['a directive alone', '%FOO\n', `${AT}:1:1`],
    ['a tab', '\tkind: model\n', `${AT}:1:1 yaml-syntax`],
    ['a bare carriage return', 'kind: model\rsql: select 1\r', `${AT}:1:7 yaml-syntax`],
    ['a tag of JavaScript', 'kind: !!js/function x\n', `${AT}:1:7 yaml-syntax`],
    ['an infinite number', 'kind: model\nsql: select 1\nstorage: { a: .inf }\n', `${AT}:3:15 yaml-shape`],
  ])('%s', (_what, yaml, start) => expect(first(yaml).slice(0, start.length)).toBe(start));

  it('tells of every duplicate key', () => {
    expect(problemsOf({ [AT]: 'kind: model\nkind: view\nsql: a\nsql: b\nsql: c\n' })).toEqual([
      `${AT}:2:1 yaml-syntax The key \`kind\` stands here a second time.`,
      `${AT}:4:1 yaml-syntax The key \`sql\` stands here a second time.`,
      `${AT}:5:1 yaml-syntax The key \`sql\` stands here a second time.`,
    ]);
  });

  it('does not mind many brackets side by side, nor in text', () => {
    const yaml = `kind: model\nsql: |\n  select '${'['.repeat(500)}'\ntags: [${'a, '.repeat(300)}b]\n`;
    expect(problemsOf({ [AT]: `${yaml}---\n${'# [[[[[\n'.repeat(200)}` })).toEqual([]);
  });

  it('takes anchors where they are harmless', () => {
    const yaml = 'kind: model\nsql: select 1\ncolumns:\n  a: &c { audits: [not_null] }\n  b: *c\n';
    const [node] = load({ [AT]: yaml }).project.nodes.values();
    expect(node?.audits).toMatchObject([{ columns: ['a'] }, { columns: ['b'] }]);
  });

  it('places an error behind an alias at the value that is wrong', () => {
    const yaml = 'kind: model\nsql: select 1\ncolumns:\n  a: &c { audits: [not_nul] }\n  b: *c\n';
    expect(problemsOf({ [AT]: yaml }).map((line) => line.split(' ')[0])).toEqual([`${AT}:4:20`, `${AT}:4:20`]);
  });

  it('keeps CRLF and a byte order mark out of the way', () => {
    expect(first('\uFEFFkind: model\r\nsql: select 1\r\nfoo: 1\r\n')).toMatch(`${AT}:3:1 key-unknown`);
    expect(first('\uFEFF/* bough\r\nfoo: 1\r\n*/ select 1', 'models/a/x.sql')).toMatch(
      'models/a/x.sql:2:1 key-unknown',
    );
  });

  it('takes the text of a parameter as text, whatever it looks like', () => {
    const root = project({ 'bough.yml': 'name: x\nparameters: { toString: a, no: NO, day: 2026-01-01, big: 1e3 }\n' });
    expect(loadProject(root).project.config.parameters).toEqual({
      toString: 'a',
      no: 'NO',
      day: '2026-01-01',
      big: 1000,
    });
  });
});

describe('whatever the files hold, loading ends with nodes or with problems that have a place', () => {
  const pieces =
    'kind: |model|view|source|sql: |  |- |: |{|}|[|]|"|\'|#|&a |*a|!!str |---\n|/* bough|*/|--|select 1|audits:|columns:|\t|\r\n|' +
    '{{ x }}|\\|name: a.b\n|severity: |file: |? |<<: |__proto__: |\u0000|\u{1F600}|é|%YAML 1.1\n|...\n|>\n|\n';
  const piece = constantFrom('|\n', '|', ...pieces.split('|'));
  const text = array(piece, { maxLength: 25 }).map((chosen) => chosen.join(''));

  it.each(['bough.yml', AT, 'models/a/y.sql'])('%s', (path) => {
    assert(
      property(text, (content) => {
        const files = path === 'models/a/y.sql' ? { [path]: `/* bough ${content}` } : { [path]: content };
        const refused = refusal(() => loadProject(project(files)));
        for (const line of refused) expect(line).toMatch(/^(bough\.yml|models\/a\/[xy]\.(yml|sql)):[1-9]\d*:[1-9]\d* /);
      }),
      { numRuns: 150 },
    );
  });
});
