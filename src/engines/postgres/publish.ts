import type { Problem } from '../../model/problems.ts';
import { problem, refuse } from '../../model/problems.ts';
import type { Publication, Published, RelationName } from '../contract.ts';
import type { Connection } from './connection.ts';
import { dependants } from './dependants.ts';
import { lift } from './marker.ts';
import { quoteName, relationKey, shown } from './names.ts';
import { isReplaceable, moving, standing, type Standing } from './views.ts';
import { dropEmptySchemas, makeSchemas } from './schemas.ts';
import { awaitOldSnapshots } from './snapshots.ts';
import { whenUnlocked, type Moving } from './waiting.ts';

/** Statements sent in one message. */
const BATCH = 100;
/** A client that falls asleep between moving views and the commit lets their readers go. */
const ASLEEP = 5000;

/** Moves the views of one environment, with its marker, in one transaction. */
export async function publish(moving: Moving): Promise<Published> {
  const { connection, publication } = moving;
  await awaitOldSnapshots(moving);
  return whenUnlocked(moving, (lockTimeout) =>
    connection.transaction(() => move(connection, publication, lockTimeout)),
  );
}

async function move(connection: Connection, publication: Publication, lockTimeout: number): Promise<Published> {
  const { environment, token, operation } = publication;
  await connection.send(
    `SET LOCAL idle_in_transaction_session_timeout = ${ASLEEP}; SET LOCAL lock_timeout = ${lockTimeout}`,
  );
  if (!(await lift(connection, environment, token, operation))) return 'fenced';
  // All that move views go in one order, readers of several never meet two of them in another.
  const drops = [...publication.drops].sort(byName);
  const views = [...publication.views].sort((left, right) => byName(left.name, right.name));
  const names = views.map(({ name }) => name);
  const before = await standing(connection, [...drops, ...names]);
  refuse(inTheWay([...drops, ...names], before));
  await makeSchemas(connection, names);
  const after = await targetColumns(connection, views);
  const renewed = views.filter((view) => isRenewed(view, before, after)).map(({ name }) => name);
  await refuseDependants(connection, [...drops, ...renewed], names);
  const statements = [
    ...drops.filter((name) => before.has(relationKey(name))).map((name) => `DROP VIEW ${quoteName(name)}`),
    ...views.flatMap((view) => moving(view, before.get(relationKey(view.name)), after.get(view.target) ?? [])),
  ];
  for (let start = 0; start < statements.length; start += BATCH) {
    await connection.send(statements.slice(start, start + BATCH).join(';\n'));
  }
  await dropEmptySchemas(connection, drops);
  return 'published';
}

const byName = (left: RelationName, right: RelationName): number =>
  relationKey(left) < relationKey(right) ? -1 : Number(relationKey(left) > relationKey(right));

type Columns = ReadonlyMap<string, Standing['columns']>;

/** What the views will show, asked of the server, which alone knows types and collations exactly. */
async function targetColumns(connection: Connection, views: Publication['views']): Promise<Columns> {
  const targets = [...new Set(views.map(({ target }) => target))];
  if (targets.length === 0) return new Map();
  const named = targets.map((target) => ({ target, name: parsed(target) }));
  const found = await standing(
    connection,
    named.map(({ name }) => name),
  );
  return new Map(named.map(({ target, name }) => [target, found.get(relationKey(name))?.columns ?? []]));
}

/** The two names of a quoted relation. */
function parsed(target: string): RelationName {
  const [schema = '', name = ''] = (target.match(/"(?:[^"]|"")*"/g) ?? []).map((part) =>
    part.slice(1, -1).replaceAll('""', '"'),
  );
  return { schema, name };
}

function isRenewed(view: Publication['views'][number], before: ReadonlyMap<string, Standing>, after: Columns): boolean {
  const there = before.get(relationKey(view.name));
  return there !== undefined && !isReplaceable(there, after.get(view.target) ?? []);
}

/** Bough moves views only. */
const inTheWay = (names: readonly RelationName[], before: ReadonlyMap<string, Standing>): readonly Problem[] =>
  names
    .filter((name) => (before.get(relationKey(name))?.kind ?? 'v') !== 'v')
    .map((name) =>
      problem('object-in-the-way', `${shown(name)} is a table that Bough did not make, and a view must go there`, {
        hint: 'Rename or drop the table, or give the node another name.',
      }),
    );

/** Relations of others that read a view which goes, or has to be made anew. Those which only move stay good. */
async function refuseDependants(
  connection: Connection,
  going: readonly RelationName[],
  moved: readonly RelationName[],
): Promise<void> {
  const ours = new Set([...going, ...moved].map(relationKey));
  const found = (await dependants(connection, going)).filter(({ reader }) => !ours.has(relationKey(reader)));
  refuse(
    found.map(({ of, reader }) =>
      problem(
        'dependants-exist',
        `${shown(of)} cannot be ${isIn(of, moved) ? 'changed' : 'removed'}: ${shown(reader)} reads it`,
        {
          hint: `Drop or change ${shown(reader)} first.`,
        },
      ),
    ),
  );
}

const isIn = (name: RelationName, names: readonly RelationName[]): boolean =>
  names.some((one) => relationKey(one) === relationKey(name));
