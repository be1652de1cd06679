import type { Fingerprint } from '../../model/fingerprint.ts';
import { asBuildId } from '../../model/ids.ts';
import type { BuildId } from '../../model/ids.ts';
import { integer, setOf, text, textOrNull } from './database.ts';
import type { Connection, Dialect } from './database.ts';

/** What was measured of builds, by build and set of columns. */
export async function fingerprintsOf(
  connection: Connection,
  dialect: Dialect,
  builds: readonly BuildId[],
): Promise<ReadonlyMap<BuildId, ReadonlyMap<string, Fingerprint>>> {
  const found = new Map(builds.map((build) => [build, new Map<string, Fingerprint>()]));
  const sql = `SELECT build, columns, row_count, hash FROM fingerprints WHERE build IN ${dialect.textSet('$1')}`;
  for (const row of await connection.all(sql, [setOf(builds)])) {
    const measured = { rows: integer(row, 2), hash: textOrNull(row, 3) };
    found.get(asBuildId(text(row, 0)))?.set(text(row, 1), measured);
  }
  return found;
}

/** Of a build that is there: what was measured of one that went while it was measured is worth nothing. */
export async function recordFingerprints(
  connection: Connection,
  build: BuildId,
  measured: ReadonlyMap<string, Fingerprint>,
): Promise<void> {
  const ready = await connection.all(`SELECT 1 FROM builds WHERE id = $1 AND status = 'ready'`, [build]);
  if (ready.length === 0) return;
  await connection.many(
    `INSERT INTO fingerprints (build, columns, row_count, hash) VALUES ($1, $2, $3, $4)
    ON CONFLICT (build, columns) DO UPDATE SET row_count = excluded.row_count, hash = excluded.hash`,
    [...measured].map(([columns, { rows, hash }]) => [build, columns, rows, hash]),
  );
}
