import type { InputTable, Reading, Shape, Use } from '../contract.ts';
import { RULES } from '../dialects.ts';
import type { Query } from '../structure.ts';
import { Atoms } from './meaning.ts';
import { numberInputs } from './numbering.ts';
import { resolveInner, resolveQuery } from './queries.ts';
import { resolveRelation } from './relations.ts';
import { Resolver } from './resolver.ts';
import { shapeOf } from './shape.ts';

/**
 * What a query means over the present columns of its inputs, which stand at the indexes of `reading.inputs`.
 *
 * @example
 * resolve(read('SELECT a FROM t WHERE b > 0', options), [{ columns: [{ name: 'a', type: null }, …], unique: [] }])
 */
export function resolve(reading: Reading, inputs: readonly InputTable[]): Shape {
  if (reading.structure === null) return opaqueShape(reading, inputs);
  // The structure is the reader's own, and only `read` makes one.
  const query = reading.structure as Query;
  const { order, used } = numberInputs(query, reading.inputs.length);
  const resolver = new Resolver({
    rules: RULES[reading.dialect],
    atoms: new Atoms(order),
    inputs,
    order,
    used,
    query: resolveInner,
    relation: resolveRelation,
  });
  return shapeOf(resolver, resolveQuery(resolver, query, null));
}

/** A text that is not understood depends on everything that it mentions, also on how the columns there are spelled. */
function opaqueShape(reading: Reading, inputs: readonly InputTable[]): Shape {
  const uses = reading.inputs.map((_, input): Use => ({ input, type: 'everything' }));
  const clocks = [...new Set(reading.clocks.map((use) => use.family))];
  const { ties } = reading;
  const spelled = inputs.map(({ columns }) => columns?.map(({ name }) => name) ?? null);
  const canonical = `${reading.canonical} ${JSON.stringify(spelled)}`;
  return {
    rows: [{ label: 'query', canonical, uses, ties, clocks, span: { start: 0, end: 0 } }],
    columns: null,
    own: [],
    problems: [],
  };
}
