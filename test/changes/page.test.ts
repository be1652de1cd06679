import { expect, it } from 'vitest';
import { page } from './page.ts';
import { CHAPTERS } from './pairs/index.ts';

it('docs/changes.md is what the pairs say (npm run docs:changes writes it)', async () => {
  await expect(page(CHAPTERS)).toMatchFileSnapshot('../../docs/changes.md');
});

it('there are enough pairs, and no title stands twice', () => {
  const titles = CHAPTERS.flatMap((chapter) => chapter.pairs.map((pair) => pair.title));
  expect(titles.length).toBeGreaterThanOrEqual(80);
  expect(new Set(titles).size).toBe(titles.length);
});
