import type { Reading } from './contract.ts';
import type { Body, Cte, Query, Relation, Select, StarItem } from './structure.ts';
import type { Span } from '../model/problems.ts';

/**
 * Where a `*` lets columns of a table into the result of a query that are listed nowhere in its text. A `*` over a CTE or
 * a subquery that lists its columns is none.
 */
export function openStars(reading: Reading): readonly Span[] {
  // The structure is the reader's own, and only `read` makes one.
  return reading.structure === null ? [] : new Stars().ofQuery(reading.structure as Query);
}

class Stars {
  readonly #ctes = new Map<number, Cte>();
  /** CTEs that were looked into; one that reads itself is open only by what else it reads. */
  readonly #open = new Map<number, boolean>();

  ofQuery({ ctes, body }: Query): readonly Span[] {
    for (const cte of ctes) this.#ctes.set(cte.id, cte);
    return this.#ofBody(body);
  }

  #ofBody(body: Body): readonly Span[] {
    switch (body.type) {
      case 'select':
        return this.#ofSelect(body);
      case 'nested':
        return this.ofQuery(body.query);
      case 'set':
        return body.branches.flatMap((branch) => this.#ofBody(branch.body));
      case 'values':
      case 'opaque':
        return [];
    }
  }

  #ofSelect({ items, from }: Select): readonly Span[] {
    const relations = (from?.steps ?? []).flatMap((step) => (step.type === 'relation' ? [step.relation] : []));
    return items.flatMap((item) => {
      if (item.type !== 'star') return [];
      return relations.some((one) => isMeant(one, item) && this.#isOpen(one)) ? [item.span] : [];
    });
  }

  #isOpen({ source }: Relation): boolean {
    switch (source.type) {
      case 'input':
        return true;
      case 'query':
        return this.ofQuery(source.query).length > 0;
      case 'cte':
        return this.#isOpenCte(source.id);
      case 'function':
        return false;
    }
  }

  #isOpenCte(id: number): boolean {
    const known = this.#open.get(id);
    if (known !== undefined) return known;
    this.#open.set(id, false);
    const cte = this.#ctes.get(id);
    const isOpen = cte !== undefined && cte.columns === null && this.ofQuery(cte.query).length > 0;
    this.#open.set(id, isOpen);
    return isOpen;
  }
}

/** Names are folded, aliases are as written: without a match by letter every relation may be meant. */
function isMeant({ alias, names }: Relation, { qualifier }: StarItem): boolean {
  const last = qualifier.at(-1);
  if (last === undefined) return true;
  return alias === null ? names.includes(last) : alias.text.toLowerCase() === last.toLowerCase();
}
