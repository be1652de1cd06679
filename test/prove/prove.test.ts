import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Prover, scratchFolder } from './prover.ts';
import { Rebuild } from './rebuild.ts';
import { play, type Page } from './story.ts';
import { trapPage } from './trap-page.ts';

const folder = fileURLToPath(new URL('cases', import.meta.url));
const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as { title: string; pages: Page[] });

describe('what was once found wrong', () => {
  it.each(cases)('$title', async ({ pages }) => {
    const scratch = scratchFolder();
    const rebuild = await Rebuild.open(scratch);
    try {
      expect(await play(pages, rebuild, scratch)).toEqual([]);
    } finally {
      rebuild.close();
      rmSync(scratch, { recursive: true, force: true });
    }
  });
});

it('what is between two texts of a table reaches its reader, there and back', async () => {
  const before = trapPage((trap) => trap.before);
  const after = trapPage((trap) => trap.after);
  const scratch = scratchFolder();
  const rebuild = await Rebuild.open(scratch);
  try {
    expect(await play([before, after], rebuild, scratch)).toEqual([]);
    expect(await play([after, before], rebuild, scratch)).toEqual([]);
  } finally {
    rebuild.close();
    rmSync(scratch, { recursive: true, force: true });
  }
});

describe('the prover', () => {
  it('plays the same again from the same seed', async () => {
    const once = async (): Promise<unknown> => {
      const prover = await Prover.open({ seed: 7, onFailure: () => undefined });
      try {
        await prover.play(3, 10);
        return prover.totals;
      } finally {
        prover.close();
      }
    };
    expect(await once()).toEqual(await once());
  });
});
