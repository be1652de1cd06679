import { describe, expect, it } from 'vitest';
import { scanText } from '../../src/lint/secrets/scan-text.ts';
import { HARMLESS, PLANTED } from './secret-corpus.ts';
import { HIDDEN, INNOCENT } from './secret-corpus-attacker.ts';

describe('scanning the corpus', () => {
  it.each([
    { corpus: 'what people write', planted: PLANTED, harmless: HARMLESS },
    { corpus: 'what somebody hides, and what looks like it', planted: HIDDEN, harmless: INNOCENT },
  ])('finds every planted secret and nothing else: $corpus', async ({ planted, harmless }) => {
    const missed: string[] = [];
    const wrong: string[] = [];
    for (const { name, path, text } of planted) {
      if ((await scanText(path, `first line\n${text}\nlast`)).length === 0) missed.push(name);
    }
    for (const { name, path, text } of harmless) {
      const found = await scanText(path, `first line\n${text}\nlast`);
      if (found.length > 0) wrong.push(`${name}: ${found.map(({ kind, shown }) => `${kind} ${shown}`).join()}`);
    }
    const right = planted.length - missed.length;
    const recall = right / planted.length;
    const precision = right / (right + wrong.length);
    console.log(`${planted.length} planted, ${harmless.length} harmless: recall ${recall}, precision ${precision}`);
    expect(planted.length).toBeGreaterThanOrEqual(60);
    expect(harmless.length).toBeGreaterThanOrEqual(60);
    expect({ missed, wrong }).toEqual({ missed: [], wrong: [] });
  });
});
