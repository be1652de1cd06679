import { keyOf, type Ingredient } from '../identity/hash.ts';
import { modelKeys } from '../identity/keys.ts';
import { meaningKey, type Meaning, type MeaningPart } from '../identity/meaning.ts';
import type { Key, NodeName } from '../model/ids.ts';
import type { ModelNode } from '../model/node.ts';
import { positionIn } from '../model/position.ts';
import type { Problem } from '../model/problems.ts';
import type { Part, Shape } from '../sql/contract.ts';
import type { BoundSql, Graph, GraphNode } from './graph.ts';
import type { Identity, IdentifyContext, SeenKeys } from './identity.ts';
import { forcedOf, localOf, metadataOf, storageOf } from './local.ts';
import { shaper, uniqueSets, viewProblems } from './model-shape.ts';
import { locate } from './reader.ts';

const linesOf = (parts: readonly Part[], keys: readonly Key[], node: ModelNode): readonly MeaningPart[] =>
  parts.map((part, index) => ({
    label: part.label,
    key: keys[index] ?? keyOf('absent'),
    line: positionIn(node.sql, part.span.start).line,
  }));

const forcedTypes = (node: ModelNode, fold: (name: string) => string): ReadonlyMap<string, string> =>
  new Map(node.columns.flatMap(({ name, type }) => (type === null ? [] : [[fold(name), type] as const])));

/** What is remembered of a model for every plan. */
interface Summary {
  readonly key: Key;
  readonly codeBuild: Key;
  readonly digest: Key;
  readonly besides: readonly NodeName[];
  readonly problems: readonly Problem[];
}

/** What is remembered for readers that are looked at anew. */
interface Detail extends SeenKeys {
  readonly clauses: readonly Key[];
  readonly own: readonly Key[];
}

function meaningOf(node: ModelNode, shape: Shape, { code, clauses, own }: Detail, metadata: Key): Meaning {
  const columns =
    shape.columns?.map((column, index): MeaningPart => {
      const key = code.columns?.[index];
      const line = positionIn(node.sql, column.span.start).line;
      return { label: key?.name ?? column.name, key: key?.key ?? code.rows, line };
    }) ?? null;
  const { rows, build } = code;
  return {
    rows,
    clauses: linesOf(shape.rows, clauses, node),
    columns,
    own: linesOf(shape.own, own, node),
    build,
    metadata,
  };
}

interface Asked {
  readonly node: ModelNode;
  readonly bound: BoundSql;
  /** Inputs in the order of the reading, then what only `depends_on` names. */
  readonly names: readonly NodeName[];
  readonly inputs: readonly Identity[];
  readonly ask: () => Shape;
  readonly context: IdentifyContext;
}

function calculate({ node, names, inputs, ask, context }: Asked): { summary: Summary; detail: Detail } {
  const shape = ask();
  const own: Ingredient[] = [storageOf(node)];
  const shared = { fold: context.fold, clock: context.clock, forced: forcedTypes(node, context.fold) };
  const seen = inputs.map((input) => input.seen());
  const codeInputs = seen.map(({ code }) => code);
  const buildInputs = seen.map(({ build }) => build);
  const {
    clauses,
    own: parts,
    besides: _,
    ...code
  } = modelKeys(shape, codeInputs, {
    ...shared,
    identity: 'code',
    own,
  });
  const engine = [...own, context.facts.engine];
  const made = modelKeys(shape, buildInputs, { ...shared, identity: 'build', own: engine });
  const { clauses: _clauses, own: _own, besides: beside, ...build } = made;
  const columns = shape.columns?.map((column) => column.name) ?? null;
  const besides = [...beside].map((index) => names[index]).filter((name): name is NodeName => name !== undefined);
  const digest = keyOf('seen', JSON.stringify([code, build, columns]));
  const problems = [...shape.problems.map((one) => locate(node.sql, one)), ...viewProblems(node, shape)];
  return {
    summary: { key: build.build, codeBuild: code.build, digest, besides: [...new Set(besides)], problems },
    detail: { code, build, columns, clauses, own: parts },
  };
}

/** Stands for all that the keys of a model depend on. */
function questionOf({ node, bound, names, inputs, context }: Asked, graph: Graph): Key {
  const { facts, clock } = context;
  const times = bound.outline.callsClock && node.clock === 'follow' ? [clock.date, clock.timestamp] : [];
  const unique = names.map((name): Ingredient => {
    const input = graph.nodes.get(name)?.node;
    return input === undefined ? [] : uniqueSets(input);
  });
  const place = [node.sql.file, node.sql.line, node.sql.column, node.sql.indent];
  const self: Ingredient[] = [node.name, bound.source, place, storageOf(node), forcedOf(node), node.opaque];
  return keyOf(
    'question',
    self,
    names,
    inputs.map((input) => input.digest),
    unique,
    times,
    facts.engine,
  );
}

/** One answer, calculated at most once, and remembered over plans. */
function answer(asked: Asked, graph: Graph): { readonly summary: Summary; readonly detail: () => Detail } {
  const { remembered } = asked.context;
  const question = questionOf(asked, graph);
  const detailed = keyOf('detail', question);
  const known = remembered?.get(question) ?? null;
  let made: Detail | null = null;
  const make = (): { summary: Summary; detail: Detail } => {
    const fresh = calculate(asked);
    made = fresh.detail;
    remembered?.put(question, JSON.stringify(fresh.summary));
    remembered?.put(detailed, JSON.stringify(fresh.detail));
    return fresh;
  };
  // What stands there was written above, under a key that stands for its type and its content.
  const summary = known === null ? make().summary : (JSON.parse(known) as Summary);
  const detail = (): Detail => {
    const text = made === null ? (remembered?.get(detailed) ?? null) : null;
    made ??= text === null ? make().detail : (JSON.parse(text) as Detail);
    return made;
  };
  return { summary, detail };
}

/** Keys of one model; null where something that it reads has none. */
export function identifyModel(
  node: ModelNode,
  graphNode: GraphNode,
  graph: Graph,
  context: IdentifyContext,
): Identity | null {
  const { bound } = graphNode;
  if (bound === null) return null;
  const declared = graphNode.needs.filter((name) => !bound.inputs.includes(name));
  const names = [...bound.inputs, ...declared];
  const known = names.map((name) => context.identities.get(name));
  const inputs = known.filter((identity): identity is Identity => identity !== undefined);
  if (inputs.length !== names.length) return null;
  const ask = shaper(node, bound, names.length, graph, context);
  const { summary, detail } = answer({ node, bound, names, inputs, ask, context }, graph);
  const metadata = metadataOf(node, graphNode);
  return {
    local: localOf(graphNode),
    codeKey: meaningKey({ build: summary.codeBuild, metadata }),
    key: summary.key,
    digest: summary.digest,
    besides: summary.besides,
    problems: summary.problems,
    seen: detail,
    meaning: () => meaningOf(node, ask(), detail(), metadata),
    shape: ask,
  };
}
