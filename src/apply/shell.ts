import type { Engine, Patience, ResultSet } from '../engines/contract.ts';
import { EngineError } from '../engines/contract.ts';
import type { NodeName } from '../model/ids.ts';
import { nearestName } from '../model/nearest.ts';
import { problem, UserError, type Problem } from '../model/problems.ts';
import { inPlaceOf, type Relation } from '../plan/choose.ts';
import { nodeFromDefinition } from '../plan/definition.ts';
import type { Version } from '../plan/version.ts';
import { readStatement, splice, type Spliced } from '../sql/index.ts';
import type { StateReader } from '../state/contract.ts';
import { mentionEdits } from './statement.ts';

/** What project names mean to somebody who queries an environment. */
export interface Names {
  readonly relations: ReadonlyMap<string, { readonly node: NodeName; readonly relation: Relation }>;
  /** Folded names that mean nothing here, though another environment has them, and why. */
  readonly absent: ReadonlyMap<string, Problem>;
}

const folded = (name: NodeName, engine: Engine): string =>
  name
    .split('.')
    .map((part) => engine.fold(part))
    .join('.');

/** Relations of all nodes that a version's readers see. */
export async function relationsOf(state: StateReader, version: Version): Promise<ReadonlyMap<NodeName, Relation>> {
  const relations = new Map<NodeName, Relation>();
  const inPlace = [...version.nodes].filter(([, { entry }]) => entry.build === null);
  const hashes = inPlace.flatMap(([, { entry }]) => (entry.definition === null ? [] : [entry.definition]));
  const texts = await state.definitions(hashes);
  for (const [name, { entry }] of version.nodes) {
    const json = entry.definition === null ? undefined : texts.get(entry.definition);
    const table = json === undefined ? null : inPlaceOf(nodeFromDefinition(json));
    if (entry.build !== null) relations.set(name, { build: entry.build });
    else if (table !== null) relations.set(name, { inPlace: table });
  }
  return relations;
}

/** Project names in an environment: its own pointers, else its branch point's; never another environment's. */
export async function namesIn(
  state: StateReader,
  head: Version,
  baseHead: Version | null,
  engine: Engine,
): Promise<Names> {
  const relations = new Map<string, { node: NodeName; relation: Relation }>();
  for (const [node, relation] of await relationsOf(state, head))
    relations.set(folded(node, engine), { node, relation });
  const absent = new Map<string, Problem>();
  const { environment } = head.ref;
  for (const name of head.removed.keys()) {
    const key = folded(name, engine);
    if (relations.has(key)) continue;
    absent.set(key, problem('node-removed', `\`${name}\` was removed in \`${environment}\`.`));
  }
  for (const name of baseHead?.nodes.keys() ?? []) {
    const key = folded(name, engine);
    if (relations.has(key) || absent.has(key)) continue;
    const message = `\`${name}\` is not in \`${environment}\`: it came to \`${baseHead?.ref.environment}\` after the branch point.`;
    absent.set(key, problem('node-removed', message, { hint: `Take a new branch point:\n  bough run ${environment}` }));
  }
  return { relations, absent };
}

/** The statement with project names replaced by the environment's builds. Throws UserError for names it lacks. */
export function inEnvironment(statement: string, names: Names, engine: Engine): Spliced {
  const edits = readStatement(statement, engine.dialect).flatMap((use) => {
    if (use.type !== 'table') return [];
    const key = use.parts.map((part) => engine.fold(part.text)).join('.');
    const missing = names.absent.get(key);
    if (missing !== undefined) throw new UserError(missing);
    const found = names.relations.get(key);
    if (found === undefined) return [];
    return mentionEdits(use, found.relation, engine);
  });
  return splice(statement, edits);
}

function shown(statement: string, offset: number | null): string {
  if (offset === null) return '';
  const before = statement.slice(0, offset).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}

/** Runs one read-only statement; the warehouse is held only meanwhile. Throws UserError. */
export async function runStatement(
  statement: string,
  names: Names,
  engine: Engine,
  patience: Patience,
  options: { readonly limit?: number; readonly signal?: AbortSignal },
): Promise<ResultSet> {
  const spliced = inEnvironment(statement, names, engine);
  const reader = await engine.open('read', patience);
  if (reader === null) {
    const hint = 'Build something first:\n  bough apply prod';
    throw new UserError(problem('engine-unavailable', 'There is no warehouse yet.', { hint }));
  }
  try {
    return await reader.query(spliced.text, options);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const at = error.offset === null ? null : spliced.toOriginal(error.offset);
    const near = error.table === null ? null : nearTable(error.table, names);
    const hint = near === null ? {} : { hint: `Did you mean ${near}?` };
    throw new UserError(problem('engine-error', error.message + shown(statement, at), hint), { cause: error });
  } finally {
    await reader.close();
  }
}

const bareName = (node: NodeName): string => node.slice(node.indexOf('.') + 1);

/** The project name that a missing table was probably meant to be. */
function nearTable(missing: string, names: Names): string | null {
  const known = [...names.relations.values()].map(({ node }) => node);
  const near = nearestName(missing, [...known, ...known.map(bareName)]);
  return near === null ? null : (known.find((node) => node === near || bareName(node) === near) ?? null);
}
