import { describe, expect, it } from 'vitest';
import { scanText } from '../../src/lint/secrets/scan-text.ts';
import { HARMLESS, PLANTED } from './secret-corpus.ts';

describe('scanning the corpus', () => {
  it('finds every planted secret and nothing else', async () => {
    const missed: string[] = [];
    const wrong: string[] = [];
    for (const { name, path, text } of PLANTED) {
      if ((await scanText(path, `first line\n${text}\nlast`)).length === 0) missed.push(name);
    }
    for (const { name, path, text } of HARMLESS) {
      const found = await scanText(path, `first line\n${text}\nlast`);
      if (found.length > 0) wrong.push(`${name}: ${found.map(({ kind, shown }) => `${kind} ${shown}`).join()}`);
    }
    const right = PLANTED.length - missed.length;
    const recall = right / PLANTED.length;
    const precision = right / (right + wrong.length);
    console.log(`${PLANTED.length} planted, ${HARMLESS.length} harmless: recall ${recall}, precision ${precision}`);
    expect(PLANTED.length).toBeGreaterThanOrEqual(60);
    expect(HARMLESS.length).toBeGreaterThanOrEqual(60);
    expect({ missed, wrong }).toEqual({ missed: [], wrong: [] });
  });
});
