import { join } from 'node:path';
import type { BuildRequest, Built, Session } from '../engines/contract.ts';
import { EngineError, versionToken } from '../engines/contract.ts';
import type { BuildId, NodeName } from '../model/ids.ts';
import type { Leaf, ModelNode } from '../model/node.ts';
import { positionIn } from '../model/position.ts';
import { placed, problem, refuse, UserError, type Problem } from '../model/problems.ts';
import type { Facts } from '../model/facts.ts';
import type { Relation } from '../plan/choose.ts';
import type { Target } from '../plan/core.ts';
import type { Applying } from './applying.ts';
import { physical } from './statement.ts';

export interface Making {
  readonly target: Target;
  readonly id: BuildId;
  readonly relations: ReadonlyMap<NodeName, Relation | null>;
  readonly facts: Facts;
  /** Sources among its inputs that have no build. */
  readonly readInPlace: readonly Leaf[];
  readonly signal: AbortSignal;
}

async function leafRequest(making: Making, applying: Applying): Promise<BuildRequest> {
  const { root, databases } = applying;
  const { target, id } = making;
  const { node } = target;
  if (node.kind === 'model') throw new Error('a model is not loaded');
  const declared = node.columns;
  if (node.kind === 'seed') {
    return { type: 'load', id, read: { node: node.name, origin: { type: 'seed', seed: node }, root, declared } };
  }
  const { origin } = node;
  if (origin.type === 'table') {
    const { table, version, pin } = origin;
    return { type: pin ? 'copy' : 'copy-view', id, table, declared, version: pin ? version : null };
  }
  if (origin.type === 'connection') {
    const rows = await databases.look(node, making.signal);
    if (rows.token !== null && rows.token !== making.facts.sources.get(node.name)?.snapshot) throw changed(node);
    return { type: 'import', id, read: { node: node.name, rows, declared }, scratch: join(root, '.bough') };
  }
  const inPlace = origin.type === 'file' && origin.load === 'view';
  return { type: inPlace ? 'load-view' : 'load', id, read: { node: node.name, origin, root, declared } };
}

/** Casts to the declared types by name; the other columns pass as they are, and where they are. */
async function withDeclaredTypes(
  session: Session,
  node: ModelNode,
  query: string,
  applying: Applying,
): Promise<string> {
  const declared = new Map(
    node.columns.flatMap(({ name, type }) => (type === null ? [] : [[applying.engine.fold(name), type] as const])),
  );
  if (declared.size === 0) return query;
  const quote = (name: string): string => applying.engine.quoteIdentifier(name);
  const columns = await session.describe(query);
  // By place: two columns can have one name, and then the first of them bears it in the table.
  const places = columns.map((_, index) => `c${index + 1}`);
  const list = columns.map(({ name }, index) => {
    const folded = applying.engine.fold(name);
    const type = declared.get(folded);
    declared.delete(folded);
    const value = type === undefined ? places[index] : `CAST(${places[index]} AS ${type})`;
    return `${value} AS ${quote(name)}`;
  });
  return `SELECT ${list.join(', ')} FROM (\n${query}\n) AS declared(${places.join(', ')})`;
}

async function makeModel(session: Session, node: ModelNode, making: Making, applying: Applying): Promise<Built> {
  const { bound } = making.target.graphNode;
  if (bound === null) throw new Error(`${node.name} has no readable SQL`);
  const { engine } = applying;
  const spliced = physical(bound, { engine, relations: making.relations, facts: making.facts, clock: node.clock });
  const query = await withDeclaredTypes(session, node, spliced.text, applying);
  try {
    const request = { type: node.materialized, id: making.id, query, storage: node.storage } as const;
    return await session.build(request, making.signal);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const offset = error.offset === null || query !== spliced.text ? null : spliced.toOriginal(error.offset);
    throw new UserError(engineProblem(node, error, offset), { cause: error });
  }
}

const engineProblem = (node: ModelNode, error: EngineError, offset: number | null): Problem =>
  problem('build-failed', `\`${node.name}\` could not be built: ${error.message}`, {
    at: offset === null ? node.at : positionIn(node.sql, offset),
  });

/** The content that was loaded must be the content that the plan saw. */
async function proveContent(target: Target, built: Built, facts: Facts, applying: Applying): Promise<void> {
  const { node } = target;
  const fact = facts.sources.get(node.name);
  if (node.kind === 'model' || fact === undefined || fact.live) return;
  // Looked at in the very snapshot that was copied.
  if (node.kind === 'source' && node.origin.type === 'connection') return;
  const table = node.kind === 'source' && node.origin.type === 'table' ? node.origin : null;
  if (table !== null && table.version === null) return;
  const loaded = table === null ? await applying.contentNow(node) : built.token;
  if (loaded !== fact.snapshot) throw changed(node);
}

const changed = (node: Leaf): UserError =>
  new UserError(
    problem('source-changed', `\`${node.name}\` does not hold any more what the plan saw.`, {
      at: node.at,
      hint: 'Take the new data:\n  bough run',
    }),
  );

/** A table that is read in place under a version token must still have it after it was read. */
async function proveVersions(session: Session, making: Making): Promise<void> {
  for (const leaf of making.readInPlace) {
    if (leaf.kind !== 'source' || leaf.origin.type !== 'table' || leaf.origin.version === null) continue;
    const answer = await session.query(leaf.origin.version, { signal: making.signal });
    if (versionToken(answer) !== making.facts.sources.get(leaf.name)?.snapshot) throw changed(leaf);
  }
}

/** Makes one build in the warehouse. Throws UserError where the user's SQL or data is at fault. */
export async function buildOne(session: Session, making: Making, applying: Applying): Promise<Built> {
  const { node } = making.target;
  if (node.kind === 'model') {
    const built = await makeModel(session, node, making, applying);
    await proveVersions(session, making);
    return built;
  }
  try {
    const built = await session.build(await leafRequest(making, applying), making.signal);
    await proveContent(making.target, built, making.facts, applying);
    return built;
  } catch (error) {
    if (error instanceof UserError) refuse(placed(error.problems, node.at));
    if (!(error instanceof EngineError)) throw error;
    const message = `\`${node.name}\` could not be loaded: ${error.message}`;
    throw new UserError(problem('build-failed', message, { at: node.at }), { cause: error });
  }
}
