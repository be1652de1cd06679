import { asKey, asNodeName } from '../../model/ids.ts';
import type { Key, NodeName } from '../../model/ids.ts';
import type { RevisionRef } from '../contract.ts';
import { integer, integerOrNull, setOf, text, textOrNull } from './database.ts';
import type { Connection, Dialect, Row } from './database.ts';

/** The revisions that count: those of the environment's present life up to the one that was asked for. */
interface Life {
  readonly first: number;
  readonly last: number;
  /** Whether a node without an entry is absent; in a branch it follows the branch point. */
  readonly root: boolean;
}

/** See `StateReader.pastLocals`. */
export async function pastLocals(
  connection: Connection,
  dialect: Dialect,
  ref: RevisionRef,
  nodes: readonly NodeName[],
): Promise<ReadonlyMap<NodeName, ReadonlySet<Key | null>>> {
  const past = new Map(nodes.map((node) => [node, new Set<Key | null>()]));
  const life = await lifeUpTo(connection, ref);
  if (life === null) return past;
  const covered = new Map<NodeName, number>();
  for (const row of await connection.all(rowsOf(dialect), [setOf(nodes), ref.environment, life.first, life.last])) {
    const node = asNodeName(text(row, 0));
    const local = textOrNull(row, 3);
    past.get(node)?.add(local === null ? null : asKey(local));
    covered.set(node, (covered.get(node) ?? 0) + length(row, life));
  }
  if (!life.root) return past;
  for (const [node, locals] of past) if ((covered.get(node) ?? 0) < life.last - life.first + 1) locals.add(null);
  return past;
}

const rowsOf = (dialect: Dialect): string => `SELECT node, since, ends, local FROM entries
  WHERE node IN ${dialect.textSet('$1')} AND environment = $2 AND since >= $3 AND since <= $4 ORDER BY since`;

/** Entries of one node never overlap, so that their lengths tell whether there is a gap. */
const length = (row: Row, life: Life): number => Math.min(integer(row, 2) - 1, life.last) - integer(row, 1) + 1;

async function lifeUpTo(connection: Connection, ref: RevisionRef): Promise<Life | null> {
  const [row] = await connection.all(
    `SELECT
      (SELECT max(revision) FROM revisions WHERE environment = $1 AND kind = 'delete' AND revision <= $2),
      (SELECT base_revision FROM revisions WHERE environment = $1 AND revision = $2)
    FROM environments WHERE name = $1 AND head >= $2`,
    [ref.environment, ref.revision],
  );
  if (row === undefined) return null;
  const first = (integerOrNull(row, 0) ?? 0) + 1;
  return first > ref.revision ? null : { first, last: ref.revision, root: integerOrNull(row, 1) === null };
}
