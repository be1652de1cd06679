import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/plan/core.ts';
import type { Problem } from '../../src/model/problems.ts';
import { judge, MODEL, readerName } from './judge.ts';
import type { Pair } from './pair.ts';
import { CHAPTERS } from './pairs/index.ts';

const told = ({ at, message }: Problem): string => `${at?.line ?? 0}:${at?.column ?? 0} ${message}`;

const fileOf = (name: string): string => `models/${name.replace('.', '/')}.sql`;

/** What became of a node, in the words of the table. */
function becomes(step: Step | undefined, problems: readonly Problem[]): string {
  if (problems.some((one) => one.severity === 'error')) return 'refused';
  return step?.action === 'build' ? 'rebuilt' : 'reused';
}

const itselfOf = (pair: Pair): string =>
  pair.itself ?? (pair.category === null || pair.category === 'metadata' ? 'reused' : 'rebuilt');

function checkReader(pair: Pair, index: number, { steps, problems }: ReturnType<typeof judge>): void {
  const reader = pair.readers?.[index];
  const name = readerName(index);
  const mine = problems.filter((one) => one.at?.file === fileOf(name));
  const words = [...(steps.get(name)?.reasons ?? []), ...mine.map(told)].join('\n');
  expect({ reader: reader?.sql, becomes: becomes(steps.get(name), mine), words }).toEqual({
    reader: reader?.sql,
    becomes: reader?.becomes,
    words: expect.stringContaining(reader?.because ?? '') as string,
  });
}

function checkPair(pair: Pair): void {
  const judgement = judge(pair);
  expect(judgement.before.filter((one) => one.severity === 'error')).toEqual([]);
  const step = judgement.steps.get(MODEL);
  const mine = judgement.problems.filter((one) => one.at?.file === fileOf(MODEL));
  const { category, reasons } = { category: step?.category ?? null, reasons: step?.reasons ?? [] };
  expect({ category, itself: becomes(step, mine), reasons }).toEqual({
    category: pair.category,
    itself: itselfOf(pair),
    reasons:
      pair.reasons === undefined
        ? expect.anything()
        : pair.reasons.map((reason): unknown => expect.stringContaining(reason)),
  });
  if (pair.itself === 'refused') expect(mine.map(told).join('\n')).toContain(pair.error);
  pair.readers?.forEach((_reader, index) => checkReader(pair, index, judgement));
}

for (const chapter of CHAPTERS) {
  describe(chapter.title, () => {
    it.each(chapter.pairs.map((pair) => [pair.title, pair] as const))('%s', (_, pair) => checkPair(pair));
  });
}
