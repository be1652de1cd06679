import { describe, expect, it } from 'vitest';
import { ALL_RULES, RULE_IDS } from '../../src/lint/about-rules.ts';
import { GOLDEN } from './golden.ts';
import { checked, line } from './checked.ts';

describe('rules', () => {
  it('have ids that are their own, and an example each', () => {
    expect(new Set(RULE_IDS).size).toBe(RULE_IDS.length);
    expect(GOLDEN.map(({ rule }) => rule).toSorted()).toEqual([...RULE_IDS].toSorted());
    expect(ALL_RULES.filter(({ why, summary }) => !why.endsWith('.') || !summary.endsWith('.'))).toEqual([]);
  });

  it.each(GOLDEN)('$rule is told with its place and what to do', async ({ rule, files, told }) => {
    const problems = await checked(files);
    expect(problems.filter(({ code }) => code === rule).map(line)).toEqual(told);
    expect(problems.filter(({ code }) => code !== rule)).toEqual([]);
  });

  it.each(GOLDEN.filter(({ files }) => !(files['bough.yml'] ?? '').includes('check:')))(
    '$rule is silent where the project turns it off, and of the severity that the project gives it',
    async ({ rule, files, told }) => {
      const set = async (level: string): Promise<readonly string[]> => {
        const config = `${files['bough.yml'] ?? 'name: shop\n'}check: { rules: { ${rule}: ${level} } }\n`;
        const problems = await checked({ ...files, 'bough.yml': config });
        return problems.filter(({ code }) => code === rule).map(({ severity }) => severity);
      };
      expect(await set('off')).toEqual([]);
      expect(await set('warn')).toEqual(told.map(() => 'warning'));
      expect(await set('error')).toEqual(told.map(() => 'error'));
    },
  );
});
