import type { BuildId, OperationId } from '../../model/ids.ts';
import type { Binding } from '../contract.ts';
import type { Connection } from './database.ts';
import { addPins } from './pins.ts';

/** Turns the claim of an attempt, which made nothing, into one more key of a build that is there. */
export async function bindBuild(
  connection: Connection,
  operation: OperationId,
  claim: BuildId,
  { build, key, beside, reads, at }: Binding,
): Promise<'bound' | 'gone' | 'lost'> {
  const ready = await connection.all(`SELECT 1 FROM builds WHERE id = $1 AND status = 'ready'`, [build]);
  if (ready.length === 0) return 'gone';
  const mine = `id = $1 AND operation = $2 AND build_key = $3 AND beside = $4 AND status = 'claimed'`;
  const ended = await connection.run(`DELETE FROM builds WHERE ${mine}`, [claim, operation, key, beside]);
  if (ended === 0) {
    const bound = 'SELECT 1 FROM bindings WHERE build_key = $1 AND beside = $2 AND build = $3';
    return (await connection.all(bound, [key, beside, build])).length > 0 ? 'bound' : 'lost';
  }
  await connection.run(
    `INSERT INTO bindings (build_key, beside, build, reads_json, made_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (build_key, beside)
    DO UPDATE SET build = excluded.build, reads_json = excluded.reads_json, made_at = excluded.made_at`,
    [key, beside, build, JSON.stringify(reads), at],
  );
  await addPins(connection, operation, [build]);
  return 'bound';
}
