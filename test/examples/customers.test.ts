import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Workspace } from '../../src/workspace/contract.ts';
import { environmentName } from '../../src/model/environment-name.ts';
import { openWorkspace } from '../../src/workspace/open.ts';

const example = fileURLToPath(new URL('../../examples/customers', import.meta.url));

/** The example in a folder of its own. */
async function customers(): Promise<Workspace> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'bough-customers-')));
  cpSync(example, root, { recursive: true });
  const workspace = await openWorkspace({ directory: root, variables: {} });
  onTestFinished(async () => {
    await workspace.close();
    rmSync(root, { recursive: true, force: true });
  });
  return workspace;
}

const RETURNING = 'SELECT customer, orders, amount FROM marts.returning_customers ORDER BY customer';

it('examples/customers: one model goes from dev to prod, and in each environment is what stands for it there', async () => {
  const workspace = await customers();
  const { environments, warnings } = await workspace.check();
  expect(environments).toEqual(['prod', 'qa', 'dev']);
  // DuckDB reads no PostgreSQL yet: the database of customers is declared, and no source reads it.
  expect(warnings.map(({ code }) => code)).toEqual(['reference-unused']);
  await workspace.execute(await workspace.planApply(environmentName('dev')));
  for (const from of ['dev', 'qa']) {
    const planned = await workspace.planPromote(environmentName(from), null);
    expect(planned.document.notes).toContain('to another root: carries code; builds 3 there');
    await workspace.execute(planned);
  }
  const rows = async (name: string): Promise<unknown> => (await workspace.query(environmentName(name), RETURNING)).rows;
  expect(await rows('dev')).toEqual([['ann', '1', '10']]);
  // The orders of production, over as many days as config/training/base.yaml says.
  expect(await rows('qa')).toEqual([['ann', '2', '30']]);
  expect(await rows('prod')).toEqual([
    ['ann', '2', '30'],
    ['bob', '2', '70'],
  ]);
  const { bound, usedAt } = await workspace.explain('growth.min_orders', environmentName('dev'));
  expect(bound).toEqual({ kind: 'value', value: 1 });
  expect(usedAt).toEqual([{ file: 'models/marts/returning_customers.sql', line: 4, column: 20 }]);
});
