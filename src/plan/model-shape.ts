import { keyOf } from '../identity/hash.ts';
import type { Key, NodeName } from '../model/ids.ts';
import type { ModelNode, Node } from '../model/node.ts';
import { positionIn } from '../model/position.ts';
import { problem, warning, type Problem } from '../model/problems.ts';
import type { InputTable, Part, Shape } from '../sql/contract.ts';
import type { BoundSql, Graph } from './graph.ts';
import type { IdentifyContext, Identity } from './identity.ts';
import { readShape, writeShape } from './written-shape.ts';

/** Sets of columns that audits hold to be unique. */
export const uniqueBy = (audits: Node['audits']): readonly (readonly string[])[] =>
  audits.flatMap((audit) => (audit.type === 'unique' && audit.severity === 'error' ? [audit.columns] : []));

/** Those of a node. */
export const uniqueIn = (name: NodeName, graph: Graph): readonly (readonly string[])[] =>
  uniqueBy(graph.nodes.get(name)?.node.audits ?? []);

function inputTable(name: NodeName, graph: Graph, context: IdentifyContext): InputTable {
  const fact = context.facts.sources.get(name)?.columns;
  const known = fact === undefined ? context.identities.get(name)?.seen().columns : null;
  const columns = fact ?? known?.map((column) => ({ name: column, type: null })) ?? null;
  return { columns, unique: uniqueIn(name, graph) };
}

function withDeclaredNeeds(shape: Shape, inputs: number, needs: number): Shape {
  if (needs === inputs) return shape;
  const uses = Array.from({ length: needs - inputs }, (_, index) => ({
    input: inputs + index,
    type: 'everything' as const,
  }));
  const part: Part = {
    label: 'depends_on',
    canonical: 'depends_on',
    uses,
    ties: [],
    clocks: [],
    span: { start: 0, end: 0 },
  };
  return { ...shape, rows: [...shape.rows, part] };
}

/** A model with what its keys are made of. */
export interface Asked {
  readonly node: ModelNode;
  readonly bound: BoundSql;
  /** Inputs in the order of the reading, then what only `depends_on` names. */
  readonly names: readonly NodeName[];
  readonly inputs: readonly Identity[];
  readonly graph: Graph;
  readonly context: IdentifyContext;
}

const tablesOf = ({ bound, graph, context }: Asked): readonly InputTable[] =>
  bound.inputs.map((name) => inputTable(name, graph, context));

/** Stands for the text and for the present columns of its inputs. */
export const shapeAddress = (asked: Asked): Key =>
  keyOf('shape', asked.bound.source, asked.node.opaque, JSON.stringify(tablesOf(asked)));

function resolved(asked: Asked, address: Key): Shape {
  const { node, bound } = asked;
  const { remembered, resolve } = asked.context;
  const known = remembered?.get('shape', address) ?? null;
  if (known !== null) return readShape(known);
  const reading = bound.reading();
  const shape = resolve(node.opaque ? { ...reading, structure: null } : reading, tablesOf(asked));
  remembered?.put('shape', address, writeShape(shape));
  return shape;
}

/** The query over its inputs as they are now: resolved, or remembered under its address. */
export function shapeOf(asked: Asked, address: Key): Shape {
  const { node, bound, names } = asked;
  const whole = withDeclaredNeeds(resolved(asked, address), bound.inputs.length, names.length);
  return node.clock === 'ignore' ? withoutClock(whole) : whole;
}

/** The engine's own clock is no reason to build; what it gave is another thing in each build all the same. */
function withoutClock(shape: Shape): Shape {
  const still = <P extends Part>(part: P): P => {
    if (part.clocks.length === 0) return part;
    return { ...part, clocks: [], ties: [...part.ties, { kind: 'clock', construct: 'the clock', span: part.span }] };
  };
  const columns = shape.columns?.map(still) ?? null;
  return { ...shape, rows: shape.rows.map(still), columns, own: shape.own.map(still) };
}

/** A view is read anew each time: what differs from read to read cannot stand in it, but for a clock that is meant to. */
export function viewProblems(node: ModelNode, shape: Shape): readonly Problem[] {
  if (node.materialized !== 'view') return [];
  const parts = [...shape.rows, ...(shape.columns ?? []), ...shape.own];
  return parts
    .flatMap((part) => part.ties)
    .filter(({ kind }) => kind !== 'clock')
    .map((tie) => {
      const at = positionIn(node.sql, tie.span.start);
      return tie.kind === 'volatile'
        ? problem('view-volatile', `View \`${node.name}\` calls ${tie.construct}: every read would give other data.`, {
            at,
            hint: 'Make it a table (kind: table).',
          })
        : warning('view-ties', `View \`${node.name}\` depends on ${tie.construct}: two reads can give other data.`, {
            at,
            hint: 'Give it a total order, or make it a table.',
          });
    });
}
