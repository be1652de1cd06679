import type { InputTable, Reading, Shape, Use } from './contract.ts';

/** What a query means over the present columns of its inputs. */
export function resolve(reading: Reading, _inputs: readonly InputTable[]): Shape {
  const uses = reading.inputs.map((_, input): Use => ({ input, type: 'everything' }));
  const clocks = [...new Set(reading.clocks.map((use) => use.family))];
  const part = { label: 'query', canonical: reading.canonical, uses, ties: reading.ties, clocks };
  return { rows: [{ ...part, span: { start: 0, end: 0 } }], columns: null, own: [], problems: [] };
}
