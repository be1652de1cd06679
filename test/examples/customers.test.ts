import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Workspace } from '../../src/bough.ts';
import { environmentName } from '../../src/model/environment-name.ts';
import { openWorkspace } from '../../src/workspace.ts';

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

it('examples/customers: one model, and in each environment what stands for it there', async () => {
  const workspace = await customers();
  const { environments, warnings } = await workspace.check();
  expect(environments).toEqual(['prod', 'qa', 'dev']);
  // DuckDB reads no PostgreSQL yet: the database of customers is declared, and no source reads it.
  expect(warnings.map(({ code }) => code)).toEqual(['reference-unused']);
  for (const name of ['prod', 'qa', 'dev']) {
    await workspace.execute(await workspace.planApply(environmentName(name)));
  }
  const rows = async (name: string): Promise<unknown> => (await workspace.query(environmentName(name), RETURNING)).rows;
  const production = [
    ['ann', '2', '30'],
    ['bob', '2', '70'],
  ];
  expect(await rows('prod')).toEqual(production);
  // A branch of prod, without values of its own for training.
  expect(await rows('qa')).toEqual(production);
  expect(await rows('dev')).toEqual([['ann', '1', '10']]);
  const { bound, usedAt } = await workspace.explain('growth.min_orders', environmentName('dev'));
  expect(bound).toEqual({ kind: 'value', value: 1 });
  expect(usedAt).toEqual([{ file: 'models/marts/returning_customers.sql', line: 4, column: 20 }]);
});
