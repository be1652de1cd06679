import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { asEnvironmentName } from '../../src/model/ids.ts';
import { openWorkspace } from '../../src/workspace/open.ts';
import { folderWith } from '../bindings/folder.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/environments.md', import.meta.url)), 'utf8');

/** The files that a section shows, by the path in the first line of each block. */
function filesIn(title: string): Readonly<Record<string, string>> {
  const section = page.split(/^## /m).find((one) => one.startsWith(`${title}\n`)) ?? '';
  const blocks = [...section.matchAll(/^```\w+ (\S+)\n([^]*?)^```$/gm)];
  return Object.fromEntries(blocks.map(([, path = '', text = '']) => [path, text]));
}

const PROD = asEnvironmentName('prod');
const orders = { 'models/staging/orders.sql': "SELECT CAST('2026-01-01' AS DATE) AS ordered_at\n" };

describe('docs/environments.md', () => {
  it('shows overlays that merge as it says', async () => {
    const root = folderWith({ 'bough.yml': 'name: x\n', ...filesIn('Values of overlays') });
    const workspace = await openWorkspace({ directory: root });
    const { values } = await workspace.config(PROD);
    await workspace.close();
    expect(Object.fromEntries([...values].map(([name, { value }]) => [name, value]))).toEqual({
      'training.train_days': 365,
      'training.model.n_estimators': 500,
      'training.model.learning_rate': 0.1,
      'training.regions': ['EU', 'US'],
      'training.steps': [
        { name: 'clean', retries: 1 },
        { name: 'train', retries: 5 },
      ],
    });
  });

  it('shows a profile that can be read', async () => {
    const root = folderWith({ 'bough.yml': 'name: x\n', ...orders, ...filesIn('Profiles') });
    const workspace = await openWorkspace({ directory: root });
    const { document } = await workspace.planApply(PROD);
    await workspace.close();
    expect(document.facts.profile?.file).toBe('profiles.yml');
  });
});
