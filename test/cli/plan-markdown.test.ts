import { describe, expect, it } from 'vitest';
import { planMarkdown } from '../../src/cli/output/plan-markdown.ts';
import { asNodeName } from '../../src/model/ids.ts';
import type { PlanDocument } from '../../src/model/plan.ts';
import { warning, type Problem } from '../../src/model/problems.ts';
import { CHANGED, node, planDocument, play } from './fake.ts';

const markdown = (document: Partial<PlanDocument>, warnings: readonly Problem[] = []): string =>
  planMarkdown({
    document: planDocument(document),
    diffs: [],
    warnings,
    kept: new Set(),
    atMost: false,
    isNew: false,
    near: null,
    all: false,
    showDiffs: false,
    takeData: '',
  });

describe('bough plan --format markdown', () => {
  it('is a table of nodes, then warnings, data and notes', async () => {
    const { stdout, exit } = await play(['plan', 'dev', '--format', 'markdown'], { planned: CHANGED });
    expect(exit).toBe(0);
    expect(stdout).toBe(`<!-- bough plan dev -->
### Plan for dev

Plan for dev: 1 to build, 4 reused, 0 to remove.

| node | change | category | action | why |
|---|---|---|---|---|
| marts.daily_revenue | modified | non-breaking | build | column unique_customers added |
`);
    const data = [{ source: asNodeName('raw.orders'), change: 'newer data', taken: false }];
    const text = markdown({ data, notes: ['note'] }, [
      warning('view-ties', 'has `ties`', { at: { file: 'a.sql', line: 1, column: 2 }, hint: 'Order it.' }),
    ]);
    expect(text).toContain('\n#### Warnings\n\n- **view-ties** a.sql:1:2: has `ties` Order it.\n');
    expect(text).toContain(
      '\n#### Data\n\n| source | change | taken |\n|---|---|---|\n| raw.orders | newer data | no |\n',
    );
    expect(text).toContain('\n#### Notes\n\n- note\n');
  });

  it('lets nothing in names and messages act', () => {
    const nasty = 'a|b `x` `y| <img src=x onerror=1> @all #12 !3 [l](http://e.vil) **b** _i_ $x$ \\| &lt; \n\n/close';
    const text = markdown(
      {
        nodes: [node(nasty, 'modified', { reasons: [nasty, nasty] })],
        data: [{ source: asNodeName(nasty), change: nasty, taken: true }],
        notes: [nasty],
      },
      [warning('usage', nasty)],
    );
    expect(text).not.toMatch(/<(?!br>|!-- bough plan dev -->)/);
    expect(text).not.toMatch(/[@#!](?=[A-Za-z0-9])(?<!&#)/);
    expect(text).not.toContain('http://');
    expect(text).not.toMatch(/^\/close/m);
    const row = text.split('\n').find((line) => line.includes('modified')) ?? '';
    expect(row.split('|')).toHaveLength(7);
    expect(text.replaceAll(/`[\w.]+`/g, '')).not.toContain('`');
  });

  it('fits into a comment, and says what was cut', () => {
    const nodes = Array.from({ length: 3_000 }, (_, index) =>
      node(`marts.model_${index}`, 'added', { reasons: ['r'.repeat(200)] }),
    );
    const warnings = Array.from({ length: 3_000 }, () => warning('view-ties', 'w'.repeat(5_000)));
    const text = markdown({ nodes, notes: nodes.map(({ name }) => name) }, warnings);
    expect(text.length).toBeLessThan(65_536);
    expect(text.length).toBeGreaterThan(50_000);
    const shown = text.split('\n').filter((line) => line.startsWith('| marts.')).length;
    const rest = /… and ([\d,]+) nodes more, cut to fit a comment/.exec(text)?.[1] ?? '';
    expect(Number(rest.replace(',', ''))).toBe(3_000 - shown);
    expect(/… and [\d,]+ warnings more/.test(text)).toBe(true);
  });
});
