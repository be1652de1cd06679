import type { FactTaker, SourceFact } from '../model/facts.ts';
import type { Instant } from '../model/ids.ts';
import type { Leaf } from '../model/node.ts';

/** Looks at each source once, however often it is asked for while one plan is made. */
export function takingOnce(taker: FactTaker): FactTaker {
  const taken = new Map<Leaf, { readonly clock: Instant; readonly fact: SourceFact }>();
  return {
    async take(leaves, options) {
      const known = (leaf: Leaf): SourceFact | undefined => {
        const found = taken.get(leaf);
        return found?.clock === options.clock ? found.fact : undefined;
      };
      const unknown = leaves.filter((leaf) => known(leaf) === undefined);
      const fresh = await taker.take(unknown, options);
      for (const leaf of unknown) {
        const fact = fresh.get(leaf.name);
        if (fact !== undefined) taken.set(leaf, { clock: options.clock, fact });
      }
      return new Map(
        leaves.flatMap((leaf) => {
          const fact = known(leaf);
          return fact === undefined ? [] : [[leaf.name, fact] as const];
        }),
      );
    },
    glance: (leaves) => taker.glance(leaves),
  };
}
