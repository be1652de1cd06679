import type { Body, Clause, Cte, Expression, From, Query, Relation, Select, SelectItem } from '../structure.ts';

export interface Numbering {
  /** Canonical number of each input; undefined for inputs that nothing reads. */
  readonly order: readonly number[];
  /** How often each CTE is read, by the query or by others that are read. */
  readonly used: ReadonlyMap<number, number>;
}

/**
 * Numbers inputs in an order that does not hang on the order of CTEs: as they are met from the query on, each CTE where
 * it is first read. What decides on rows comes before what stands in the SELECT list, so that a new column with a
 * subquery does not move the numbers of the rest.
 */
export function numberInputs(query: Query, inputCount: number): Numbering {
  const walk = new Walk(inputCount);
  walk.query(query, false);
  walk.drain();
  walk.items();
  walk.drain();
  return { order: walk.order, used: walk.used };
}

class Walk {
  readonly order: number[];
  readonly used = new Map<number, number>();
  readonly #ctes = new Map<number, Cte>();
  readonly #queue: number[] = [];
  #next = 0;
  #items: readonly SelectItem[] = [];

  constructor(inputCount: number) {
    this.order = Array.from({ length: inputCount }, () => -1);
  }

  drain(): void {
    for (let id = this.#queue.shift(); id !== undefined; id = this.#queue.shift()) {
      const cte = this.#ctes.get(id);
      if (cte === undefined) continue;
      this.query(cte.query, true);
      this.#clause(cte.rest);
    }
  }

  items(): void {
    for (const item of this.#items) this.#item(item);
  }

  query(query: Query, withItems: boolean): void {
    for (const cte of query.ctes) this.#ctes.set(cte.id, cte);
    this.#body(query.body, withItems);
    for (const clause of [query.order, query.limit, query.rest]) this.#clause(clause);
  }

  #body(body: Body, withItems: boolean): void {
    if (body.type === 'select') this.#select(body, withItems);
    else if (body.type === 'nested') this.query(body.query, withItems);
    else if (body.type === 'set') for (const branch of body.branches) this.#body(branch.body, true);
    else if (body.type === 'values') for (const row of body.rows) for (const value of row) this.#expression(value);
    else this.#expression(body.expression);
  }

  #select(select: Select, withItems: boolean): void {
    if (select.from !== null) this.#from(select.from);
    const { where, group, having, qualify, distinct, windows, top, sample, rest } = select;
    for (const clause of [where, group, having, qualify, distinct, windows, top, sample, rest]) this.#clause(clause);
    if (withItems) for (const item of select.items) this.#item(item);
    else this.#items = select.items;
  }

  #from(from: From): void {
    for (const step of from.steps) {
      if (step.type === 'relation') this.#relation(step.relation);
      else if (step.type === 'on') this.#expression(step.expression);
    }
  }

  #relation(relation: Relation): void {
    const { source } = relation;
    if (source.type === 'input') this.#input(source.input);
    else if (source.type === 'query') this.query(source.query, true);
    else if (source.type === 'function') this.#expression(source.call);
    else {
      const before = this.used.get(source.id) ?? 0;
      this.used.set(source.id, before + 1);
      if (before === 0) this.#queue.push(source.id);
    }
    if (relation.suffix !== null) this.#expression(relation.suffix);
  }

  #input(input: number): void {
    if (this.order[input] !== -1) return;
    this.order[input] = this.#next;
    this.#next++;
  }

  #item(item: SelectItem): void {
    if (item.type === 'value') return this.#expression(item.expression);
    for (const { expression } of item.replace) this.#expression(expression);
    if (item.rest !== null) this.#expression(item.rest);
  }

  #clause(clause: Clause | null): void {
    for (const expression of clause?.list ?? []) this.#expression(expression);
  }

  #expression(expression: Expression): void {
    for (const item of expression.items) {
      if (typeof item === 'string') continue;
      if (item.type === 'query') this.query(item.query, true);
      else if (item.type === 'relation') this.#relation(item.relation);
    }
  }
}
