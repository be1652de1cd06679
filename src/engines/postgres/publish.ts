import type { Problem } from '../../model/problems.ts';
import { problem, refuse } from '../../model/problems.ts';
import type { Publication, Published, RelationName } from '../contract.ts';
import type { Connection } from './connection.ts';
import { dependants } from './dependants.ts';
import { grant } from './grants.ts';
import { lift } from './marker.ts';
import { quoteName, relationKey, shown } from './names.ts';
import { detailsOf, isReplaceable, moving, renewing, standing, type Standing } from './views.ts';
import { dropEmptySchemas, makeSchemas } from './schemas.ts';
import { awaitOldSnapshots } from './snapshots.ts';
import { whenUnlocked, type Moving } from './waiting.ts';

/** Statements sent in one message. */
const BATCH = 2000;
/** A client that falls asleep between moving views and the commit lets their readers go. */
const ASLEEP = 5000;

/** Moves the views of one environment, with its marker, in one transaction. */
export async function publish(moving: Moving): Promise<Published> {
  const { connection, publication } = moving;
  await awaitOldSnapshots(moving);
  return whenUnlocked(moving, (lockTimeout, begun) => {
    const settings = `SET LOCAL idle_in_transaction_session_timeout = ${ASLEEP}; SET LOCAL lock_timeout = ${lockTimeout}`;
    const work = async (): Promise<Published> => {
      await begun();
      return move(connection, publication);
    };
    return connection.transaction(work, '', settings);
  });
}

async function move(connection: Connection, publication: Publication): Promise<Published> {
  const { environment, token, operation } = publication;
  if (!(await lift(connection, environment, token, operation))) return 'fenced';
  // All that move views go in one order, so that two of them never wait for each other.
  const drops = [...publication.drops].sort(byName);
  const views = [...publication.views].sort((left, right) => byName(left.name, right.name));
  const names = views.map(({ name }) => name);
  const there = await standing(connection, [...drops, ...names, ...views.map(({ target }) => parsed(target))]);
  refuse(inTheWay([...drops, ...names], there));
  await makeSchemas(
    connection,
    views.filter(({ name }) => !there.has(relationKey(name))),
  );
  const columnsOf = ({ target }: View): Standing['columns'] => there.get(relationKey(parsed(target)))?.columns ?? [];
  const renewed = views.filter((view) => {
    const before = there.get(relationKey(view.name));
    return before !== undefined && !isReplaceable(before, columnsOf(view));
  });
  const anew = renewed.map(({ name }) => name);
  await refuseDependants(connection, [...drops, ...anew], names);
  const details = await detailsOf(connection, anew);
  const statements = [
    ...drops.filter((name) => there.has(relationKey(name))).map((name) => `DROP VIEW ${quoteName(name)}`),
    ...views.flatMap((view) => {
      const before = there.get(relationKey(view.name));
      const lost = details.get(relationKey(view.name));
      if (before === undefined || lost === undefined) return moving(view, before);
      return renewing(view, before, lost, columnsOf(view));
    }),
  ];
  for (let start = 0; start < statements.length; start += BATCH) {
    await connection.send(statements.slice(start, start + BATCH).join(';\n'));
  }
  await grant(connection, publication);
  await dropEmptySchemas(connection, drops);
  return 'published';
}

const byName = (left: RelationName, right: RelationName): number =>
  relationKey(left) < relationKey(right) ? -1 : Number(relationKey(left) > relationKey(right));

type View = Publication['views'][number];

/** The two names of a quoted relation. */
function parsed(target: string): RelationName {
  const [schema = '', name = ''] = (target.match(/"(?:[^"]|"")*"/g) ?? []).map((part) =>
    part.slice(1, -1).replaceAll('""', '"'),
  );
  return { schema, name };
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
