import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Prover, scratchFolder } from './prover.ts';
import { Rebuild } from './rebuild.ts';
import { countOf } from './report.ts';
import { prove } from './run.ts';
import { APPLY, play, type Page } from './story.ts';
import { GROUND, TRAPS, type Trap } from './traps.ts';

/** BOUGH_PROVE=2000 plays more, `npm run prove` as many as there is time for. */
const EDITS = Number(process.env['BOUGH_PROVE'] ?? 300);
const SEED = 20_261_121;

const folder = fileURLToPath(new URL('cases', import.meta.url));
const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as { title: string; pages: Page[] });

describe('what is published equals a full rebuild', () => {
  it(`over ${EDITS} random edits`, { timeout: 1_800_000 }, async () => {
    const { totals, told } = await prove({ seed: SEED, edits: EDITS, part: 0, step: 1, shrink: 2 });
    expect(told.map(({ text }) => text).join('\n')).toBe('');
    expect(countOf(totals.edits)).toBeGreaterThanOrEqual(EDITS);
    const { models, edits } = totals.discards;
    expect(models[1] / models[0]).toBeLessThan(0.2);
    expect(edits[1] / edits[0]).toBeLessThan(0.3);
    expect(totals.precision.code.reused).toBeGreaterThan(0);
  });

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

/** All traps in one project, each in a schema of its own. */
function trapPage(text: (trap: Trap) => string): Page {
  const files: Record<string, string> = { ...GROUND };
  TRAPS.forEach((trap, index) => {
    files[`models/m${index}/t0.sql`] = `${text(trap)}\n`;
    files[`models/m${index}/t1.sql`] = `${trap.reader.replaceAll('mart.', `m${index}.`)}\n`;
  });
  return { files, operation: APPLY, expect: 'applied', loose: {} };
}

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
