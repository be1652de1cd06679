import type { Engine, Sql } from '../engines/contract.ts';
import type { NodeName } from '../model/ids.ts';
import type { ModelNode } from '../model/node.ts';
import type { Facts } from '../model/facts.ts';
import { clockLiteral, splice, type Edit, type InputUse, type Spliced } from '../sql/index.ts';
import type { Relation } from '../plan/choose.ts';
import type { BoundSql } from '../plan/graph.ts';

/** A dotted name of a table that another tool fills, quoted. */
export const quoteTable = (engine: Engine, table: string): Sql =>
  table
    .split('.')
    .map((part) => engine.quoteIdentifier(part))
    .join('.');

/** The quoted relation behind a node. */
export const relationSql = (engine: Engine, relation: Relation): Sql =>
  'build' in relation ? engine.relation(relation.build) : quoteTable(engine, relation.inPlace);

/** What splicing one mention takes: the relation in its place, and an alias where columns are qualified by its name. */
export function mentionEdits(use: InputUse, relation: Relation, engine: Engine): readonly Edit[] {
  const alias = use.needsAlias === null ? null : engine.quoteIdentifier(use.needsAlias);
  const text = relationSql(engine, relation) + (alias === null ? '' : ` AS ${alias}`);
  const qualifiers = use.type === 'table' && alias !== null ? use.qualifiers : [];
  return [{ span: use.span, text }, ...qualifiers.map((span) => ({ span, text: alias ?? '' }))];
}

/**
 * The user's own query with physical names, parameters and the clock's instant put in; offsets lead back to the text.
 * `clock: ignore` leaves the clock's functions to the engine.
 */
export function physical(
  bound: BoundSql,
  options: {
    readonly engine: Engine;
    readonly relations: ReadonlyMap<NodeName, Relation | null>;
    readonly facts: Facts;
    readonly clock: ModelNode['clock'];
  },
): Spliced {
  const { sql } = bound;
  const reading = bound.reading();
  const { engine, facts } = options;
  const edits = reading.inputs.flatMap((use, index) => {
    const name = bound.inputs[index];
    const relation = name === undefined ? undefined : options.relations.get(name);
    if (relation === undefined || relation === null) throw new Error(`no relation for input ${index} of ${sql.file}`);
    return mentionEdits(use, relation, engine);
  });
  const parameters = reading.parameters.map(({ span, literal }) => ({ span, text: literal }));
  const instants = reading.clocks.map((use) => ({
    span: use.span,
    text: clockLiteral(use, facts.clock, facts.timezone, reading.dialect),
  }));
  const clocks = options.clock === 'ignore' ? [] : instants;
  const semicolons = reading.semicolons.map((span) => ({ span, text: '' }));
  return splice(sql.text, [...edits, ...parameters, ...clocks, ...reading.keptNames, ...semicolons]);
}
