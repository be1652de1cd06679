import type { BuildId } from '../../model/ids.ts';
import type { Problem } from '../../model/problems.ts';
import { problem } from '../../model/problems.ts';
import { standingBuilds } from './catalog.ts';
import type { Connection } from './connection.ts';
import type { Referrer } from './dependants.ts';
import { referrers } from './dependants.ts';
import type { Names } from './names.ts';
import { BOUGH_SCHEMA, fold } from './names.ts';

/** Locks and log of one transaction stay small, and a crash loses little. */
const BATCH = 500;

/** Drops builds, views before tables. What another relation reads stays, and so does what that one needs. */
export async function drop(
  connection: Connection,
  names: Names,
  builds: readonly BuildId[],
): Promise<readonly Problem[]> {
  const standing = await standingBuilds(connection);
  const asked = builds.filter((id) => standing.has(id));
  if (asked.length === 0) return [];
  const kept = keptBy(asked, await referrers(connection));
  const going = asked.filter((id) => !kept.has(id));
  const ofKind = (kind: 'view' | 'table'): readonly BuildId[] => going.filter((id) => standing.get(id) === kind);
  const statements = [
    ...ofKind('view').map((id) => `DROP VIEW ${names.build(id)};`),
    ...ofKind('table').map((id) => `DROP TABLE ${names.build(id)};`),
  ];
  for (let start = 0; start < statements.length; start += BATCH) {
    const batch = statements.slice(start, start + BATCH).join('\n');
    await connection.transaction(() => connection.run(batch));
  }
  return [...kept].map(([id, reader]) => inTheWay(id, reader));
}

/** Builds that must stay, each with one relation that reads it: foreign ones, and builds that stay themselves. */
function keptBy(asked: readonly BuildId[], all: readonly Referrer[]): ReadonlyMap<BuildId, string> {
  const byName = new Map(asked.map((id) => [fold(id), id]));
  const readBy = all.map((referrer) => ({
    reader: referrer,
    // A build's name is its own in the whole database: wherever it stands, it is meant.
    reads: [...new Set(referrer.mentions.flat())].flatMap((part) => byName.get(part) ?? []),
    build: fold(referrer.name.schema) === BOUGH_SCHEMA ? byName.get(fold(referrer.name.name)) : undefined,
  }));
  const kept = new Map<BuildId, string>();
  const queue = readBy.filter(({ build }) => build === undefined);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const id of next.reads) {
      if (id === next.build || kept.has(id)) continue;
      kept.set(id, `${next.reader.name.schema}.${next.reader.name.name}`);
      queue.push(...readBy.filter(({ build }) => build === id));
    }
  }
  return kept;
}

const inTheWay = (id: BuildId, reader: string): Problem =>
  problem('dependants-exist', `\`${BOUGH_SCHEMA}.${id}\` was kept: \`${reader}\` reads it`, {
    hint: `Drop \`${reader}\`, or let it read the environment's view instead.`,
  });
