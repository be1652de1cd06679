import { describe, expect, it } from 'vitest';
import type { SqlText } from '../../src/model/node.ts';
import { positionIn } from '../../src/model/position.ts';
import { lines, load, nodeOf } from './projects.ts';

const sqlOf = (yaml: string): SqlText => {
  const node = nodeOf({ 'models/a/x.yml': yaml }, 'a.x');
  if (node.kind !== 'model') throw new Error('not a model');
  return node.sql;
};

/** The character of the file at the place that is told for the n-th `@` of the SQL. */
function pointedAt(yaml: string): readonly string[] {
  const sql = sqlOf(yaml);
  const rows = yaml.split('\n');
  return [...sql.text.matchAll(/@/g)].map((match) => {
    const { line, column } = positionIn(sql, match.index);
    return rows[line - 1]?.[column - 1] ?? '';
  });
}

describe('SQL in YAML knows its place in the file', () => {
  it.each([
    ['a block', 'kind: model\nsql: |\n  select @\n    from @\n\n  where @\n'],
    ['a block that begins with empty lines', 'kind: model\nsql: |\n\n   \n     select @\n     from @\n'],
    ['a block with its indent given', 'kind: model\nsql: |2-\n    select @\n  from @\n'],
    ['a block with a comment and a tag', 'kind: model\nsql: !!str |+ # the query\n  select @\n  from @\n\n'],
    ['a block with an anchor', 'kind: model\ndescription: &q |\n  select @\n  from @\nsql: *q\n'],
    [
      'a block in a second document',
      'kind: source\nname: a.s\ntable: t\n---\nkind: model\nname: a.x\nsql: |\n  select @\n  from @\n',
    ],
    ['plain text', 'kind: model\nsql:   select @ from @\n'],
    ['single quotes', "kind: model\nsql: 'select @ from @'\n"],
    ['double quotes', 'kind: model\nsql: "select @ from @"\n'],
    ['flow', '{ kind: model, sql: "select @ from @" }\n'],
  ])('%s', (_what, yaml) => expect(pointedAt(yaml)).toEqual(['@', '@', ...(yaml.includes('where') ? ['@'] : [])]));

  it('in an audit of a SQL head', () => {
    const file = '/* bough\naudits:\n  - name: x\n    sql: |\n      select *\n      from @\n*/\nselect 1';
    const [audit] = nodeOf({ 'models/a/x.sql': file }, 'a.x').audits;
    if (audit?.type !== 'sql') throw new Error('not an audit of SQL');
    expect(positionIn(audit.sql, audit.sql.text.indexOf('@'))).toEqual({ file: 'models/a/x.sql', line: 6, column: 12 });
  });

  it('after a SQL head', () => {
    const node = nodeOf({ 'models/a/x.sql': '  /* bough\nkind: view */  select 1\nfrom @' }, 'a.x');
    if (node.kind !== 'model') throw new Error('not a model');
    expect(positionIn(node.sql, node.sql.text.indexOf('select'))).toMatchObject({ line: 2, column: 16 });
    expect(positionIn(node.sql, node.sql.text.indexOf('@'))).toMatchObject({ line: 3, column: 6 });
  });
});

describe('SQL whose line breaks YAML changes', () => {
  it.each([
    ['a folded block', 'kind: model\nsql: >\n  select 1\n  from t\n', 'select 1 from t\n'],
    ['quotes over lines', 'kind: model\nsql: "select 1\n  from t"\n', 'select 1 from t'],
  ])('%s keeps its meaning, tells its start, and is warned of', (_what, yaml, text) => {
    expect(sqlOf(yaml)).toMatchObject({ text, line: 2 });
    expect(lines(load({ 'models/a/x.yml': yaml }).warnings)).toEqual([
      expect.stringMatching(
        /^models\/a\/x.yml:2:6 warning yaml-shape Errors in this SQL can only be shown at its start/,
      ),
    ]);
  });
});
