import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/problems.ts';
import { initProject, loadProject } from '../../src/project/index.ts';
import { folder, lines } from './projects.ts';

async function refusal(work: Promise<unknown>): Promise<readonly string[]> {
  try {
    await work;
  } catch (raw) {
    if (raw instanceof UserError) return lines(raw.problems);
    throw raw;
  }
  return [];
}

describe('bough init', () => {
  it('writes the shop as its story begins', async () => {
    const root = join(folder(), 'my shop');
    const { files } = await initProject(root, 'shop', null);
    expect(files).toEqual([
      'bough.yml',
      'data/orders.csv',
      'models/raw/orders.yml',
      'models/staging/orders_cleaned.sql',
    ]);
    const { project, warnings } = loadProject(root);
    expect(warnings).toEqual([]);
    expect(project.config.name).toBe('my shop');
    expect([...project.nodes.keys()]).toEqual(['raw.orders', 'staging.orders_cleaned']);
  });

  it('writes an empty project that loads', async () => {
    const root = folder();
    await initProject(root, 'empty', 'a: "b"');
    const { project } = loadProject(root);
    expect(project.config.name).toBe('a: "b"');
    expect(project.nodes.size).toBe(0);
    expect(existsSync(join(root, 'models'))).toBe(true);
    expect(existsSync(join(root, 'seeds'))).toBe(true);
  });

  it('names every file that is in the way, and writes nothing', async () => {
    const root = folder();
    writeFileSync(join(root, 'bough.yml'), 'mine');
    await initProject(join(root, 'other'), 'shop', null);
    writeFileSync(join(root, 'data'), '');
    expect(await refusal(initProject(root, 'shop', 'x'))).toEqual([
      `write-refused \`${join(root, 'bough.yml')}\` is already there. | Nothing was written. Move it away, or choose another folder.`,
      `write-refused \`${join(root, 'data')}\` is already there. | Nothing was written. Move it away, or choose another folder.`,
    ]);
    expect(await refusal(initProject(join(root, 'other'), 'shop', 'x'))).toHaveLength(4);
    expect(readFileSync(join(root, 'bough.yml'), 'utf8')).toBe('mine');
    expect(existsSync(join(root, 'models'))).toBe(false);
  });

  it('suggests the nearest template', async () => {
    expect(await refusal(initProject(folder(), 'shopp', null))).toEqual([
      'usage There is no template `shopp`. | Did you mean `shop`?',
    ]);
    expect(await refusal(initProject(folder(), 'data-vault', null))).toEqual([
      'usage There is no template `data-vault`. | Templates: shop, empty.',
    ]);
    expect(await refusal(initProject(folder(), 'empty', ' '))).toHaveLength(1);
  });
});
