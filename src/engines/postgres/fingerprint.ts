import { createHash } from 'node:crypto';
import type { BuildId } from '../../model/ids.ts';
import type { Column } from '../../model/facts.ts';
import type { Fingerprint } from '../../model/fingerprint.ts';
import { EngineError } from '../contract.ts';
import type { Sql } from '../contract.ts';
import type { Connection } from './connection.ts';
import { exactText } from './exact.ts';
import { buildName } from './names.ts';

interface Hashed extends Column {
  /** Its place in the inner query. */
  readonly at: Sql;
}

/**
 * Fingerprints of several column sets in one scan. Each row gives two hashes of 64 bits with different seeds, and the
 * rows are summed, so that their order does not matter and duplicates count. The server's hash may change with its
 * major version, which is therefore hashed in too: data is then read anew, never mistaken for equal.
 */
export function fingerprints(
  connection: Connection,
  build: BuildId,
  sets: readonly (readonly string[])[],
): Promise<readonly Fingerprint[]> {
  return connection.transaction(async () => {
    const described = await connection.describe(`SELECT * FROM ${buildName(build)}`);
    const columns = described.map((column, index): Hashed => ({ ...column, at: `c${index}` }));
    const chosen = sets.map((names) => names.map((name) => columnNamed(columns, name)).sort(byName));
    const used = [...new Set(chosen.flat())];
    const inner = used.map(({ name, at }) => `${exactText(name)} COLLATE "C" AS ${at}`);
    const sums = chosen.flatMap((set) => [sum(set, 0), sum(set, 1)]);
    const [row = []] = await connection.texts(
      // OFFSET 0 keeps the planner from writing each value's text into every sum.
      `SELECT current_setting('server_version_num')::integer / 10000, count(*), ${sums.join(', ') || 'NULL'}
       FROM (SELECT ${inner.join(', ') || '1'} FROM ${buildName(build)} OFFSET 0) AS r`,
    );
    const [version = '', count] = row;
    const rows = Number(count);
    return chosen.map((set, index) => ({
      rows,
      hash: digest(version, set, rows, [row[2 + index * 2], row[3 + index * 2]]),
    }));
  }, 'ISOLATION LEVEL REPEATABLE READ, READ ONLY');
}

const sum = (set: readonly Hashed[], seed: number): Sql =>
  set.length === 0 ? 'NULL' : `sum(hashtextextended(${set.map(({ at }) => at).join(' || ')}, ${seed}))`;

const byName = (a: Hashed, b: Hashed): number => (a.name < b.name ? -1 : Number(a.name > b.name));

function columnNamed(columns: readonly Hashed[], name: string): Hashed {
  const found = columns.find((column) => column.name === name);
  if (found === undefined) throw new EngineError(`there is no column \`${name}\` to take a fingerprint of`, null);
  return found;
}

function digest(version: string, set: readonly Hashed[], rows: number, sums: readonly (string | undefined)[]): string {
  const columns = set.map(({ name, type }) => [name, type]);
  const told = JSON.stringify(['bough.fingerprint/1', `postgres ${version}`, columns, rows, sums]);
  return createHash('sha256').update(told).digest('hex').slice(0, 32);
}
