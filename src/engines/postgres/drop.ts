import type { BuildId } from '../../model/ids.ts';
import type { Problem } from '../../model/problems.ts';
import { problem } from '../../model/problems.ts';
import { standingBuilds } from './catalog.ts';
import type { Connection } from './connection.ts';
import { dependants, type Dependant } from './dependants.ts';
import { isState } from './errors.ts';
import { BOUGH_SCHEMA, buildName } from './names.ts';

/** The server's table of locks holds a few thousand objects of one transaction. */
const BATCH = 500;
/** How long a batch waits for readers of one of its builds; one that is being read is left for the next time. */
const LOCK_TIMEOUT = 1000;
const LOCK_NOT_AVAILABLE = '55P03';

/** Drops builds, views before tables. What another relation reads stays, and so does what that one needs. */
export async function drop(connection: Connection, builds: readonly BuildId[]): Promise<readonly Problem[]> {
  const standing = await standingBuilds(connection, builds);
  const asked = builds.filter((id) => standing.has(id));
  if (asked.length === 0) return [];
  const all = await dependants(
    connection,
    asked.map((name) => ({ schema: BOUGH_SCHEMA, name })),
  );
  const kept = keptBy(asked, all);
  const going = asked.filter((id) => !kept.has(id));
  const problems = [...kept].map(([id, reader]) => inTheWay(id, reader));
  // A view before the view that it reads.
  const views = readersFirst(
    going.filter((id) => standing.get(id) === 'view'),
    all,
  );
  const tables = going.filter((id) => standing.get(id) === 'table');
  for (const [kind, ids] of [
    ['VIEW', views],
    ['TABLE', tables],
  ] as const) {
    for (let start = 0; start < ids.length; start += BATCH) {
      problems.push(...(await dropBatch(connection, kind, ids.slice(start, start + BATCH))));
    }
  }
  return problems;
}

async function dropBatch(
  connection: Connection,
  kind: 'VIEW' | 'TABLE',
  ids: readonly BuildId[],
): Promise<readonly Problem[]> {
  const statements = ids.map((id) => `DROP ${kind} IF EXISTS ${buildName(id)};`).join('\n');
  try {
    await connection.transaction(() => connection.send(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT}; ${statements}`));
    return [];
  } catch (error) {
    if (!isState(error, LOCK_NOT_AVAILABLE)) throw error;
    const [only, second] = ids;
    if (only !== undefined && second === undefined) return [inUse(only)];
  }
  const problems: Problem[] = [];
  for (const id of ids) problems.push(...(await dropBatch(connection, kind, [id])));
  return problems;
}

/** Builds that must stay, each with one relation that reads it: foreign ones, and builds that stay themselves. */
function keptBy(asked: readonly BuildId[], all: readonly Dependant[]): ReadonlyMap<BuildId, string> {
  const byName = new Map(asked.map((id) => [String(id), id]));
  const buildOf = ({ schema, name }: Dependant['of']): BuildId | undefined =>
    schema === BOUGH_SCHEMA ? byName.get(name) : undefined;
  const kept = new Map<BuildId, string>();
  const queue = all.filter(({ reader }) => buildOf(reader) === undefined);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const id = buildOf(next.of);
    if (id === undefined || kept.has(id)) continue;
    kept.set(id, `${next.reader.schema}.${next.reader.name}`);
    queue.push(...all.filter(({ reader }) => buildOf(reader) === id));
  }
  return kept;
}

function readersFirst(views: readonly BuildId[], all: readonly Dependant[]): readonly BuildId[] {
  const ordered = new Set<BuildId>();
  const byName = new Map(views.map((id) => [String(id), id]));
  const visit = (id: BuildId): void => {
    for (const { of, reader } of all) {
      const above = of.name === id && reader.schema === BOUGH_SCHEMA ? byName.get(reader.name) : undefined;
      if (above !== undefined && !ordered.has(above)) visit(above);
    }
    ordered.add(id);
  };
  for (const id of views) visit(id);
  return [...ordered];
}

const inTheWay = (id: BuildId, reader: string): Problem =>
  problem('dependants-exist', `\`${BOUGH_SCHEMA}.${id}\` was kept: \`${reader}\` reads it`, {
    hint: `Drop \`${reader}\`, or let it read the environment's view instead.`,
  });

const inUse = (id: BuildId): Problem =>
  problem('engine-busy', `\`${BOUGH_SCHEMA}.${id}\` was kept: a session is just reading it`, {
    hint: 'The next `bough gc` drops it.',
  });
