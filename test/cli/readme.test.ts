import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bough, ensureBuilt } from '../story/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'bough-readme-'));

/** Brings the files of a step of the story into the project. */
const take = (step: string): void => cpSync(join(root, 'examples/shop/steps', step), folder, { recursive: true });

async function done(...argv: readonly string[]): Promise<void> {
  expect(await bough(folder, ...argv, '--yes')).toMatchObject({ exit: 0 });
}

describe('the README', () => {
  beforeAll(() => ensureBuilt());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('shows what a plan really looks like', async () => {
    await done('init', 'shop');
    await done('apply', 'prod');
    appendFileSync(
      join(folder, 'data/orders.csv'),
      readFileSync(join(root, 'examples/shop/steps/2/data/orders_day2.csv')),
    );
    await done('run');
    take('2');
    await done('apply', 'prod');
    take('3');
    await done('apply', 'prod');
    take('5');
    const picture = /```console\n\$ bough plan dev\n(.*?)```/s.exec(readme)?.[1];
    expect((await bough(folder, 'plan', 'dev')).stdout).toBe(picture);
  });

  it('names commands that exist', async () => {
    const named = new Set([...readme.matchAll(/^bough (\w+)/gm)].map((match) => match[1]));
    expect(named.size).toBeGreaterThan(8);
    for (const command of named) {
      expect(await bough(folder, command ?? '', '--help')).toMatchObject({ exit: 0 });
    }
  });
});
