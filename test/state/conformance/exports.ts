import { expect, test } from 'vitest';
import type { ExportRecord } from '../../../src/state/contract.ts';
import { at, buildId, dev, elsewhere, node, prod, publish, start } from '../nouns.ts';
import type { Cases } from '../conformance.ts';

const record = (name: string, more: Partial<ExportRecord> = {}): Omit<ExportRecord, 'operation'> => ({
  environment: prod,
  node: node(name),
  place: `place of ${name}`,
  manner: 'replace',
  build: buildId(`${name} 1`),
  token: 1,
  at: at(3),
  ...more,
});

export const exportCases: Cases = (given) => {
  test('are kept by environment and node, the last one only', async () => {
    const { state, another } = given();
    const operation = await start(state, 'a');
    await state.recordExport(operation, record('orders'));
    await state.recordExport(operation, record('orders'));
    await state.recordExport(operation, record('items'));
    const second = record('orders', { build: buildId('orders 2'), place: 'elsewhere', token: 2 });
    await state.recordExport(operation, second);
    await state.recordExport(operation, record('orders', { environment: dev }));
    const other = await another();
    expect(await other.exportsOf(prod)).toEqual([
      { ...record('items'), operation },
      { ...second, operation },
    ]);
    expect((await other.exportsAt(['elsewhere', 'place of orders', 'nowhere'])).map((one) => one.environment)).toEqual(
      expect.arrayContaining([dev, prod]),
    );
    await state.forgetExports(operation, prod, [node('orders'), node('unknown')]);
    expect((await other.exportsOf(prod)).map((one) => one.node)).toEqual([node('items')]);
    expect(await other.exportsOf(dev)).toHaveLength(1);
  });

  test('are recorded by nobody who was given up', async () => {
    const { state, clock } = given();
    const operation = await start(state, 'a', { holder: elsewhere });
    clock.turn(3600);
    await expect(state.recordExport(operation, record('orders'))).rejects.toThrow('given up');
    expect(await state.exportsOf(prod)).toEqual([]);
  });

  test('are forgotten with their environment', async () => {
    const { state } = given();
    await publish(state, 'a', { revision: { environment: dev } });
    const operation = await start(state, 'b', { environment: dev });
    await state.recordExport(operation, record('orders', { environment: dev }));
    await state.endOperation(operation);
    await publish(state, 'c', { revision: { environment: dev, operation: 'delete' } });
    expect(await state.exportsOf(dev)).toEqual([]);
  });
};
