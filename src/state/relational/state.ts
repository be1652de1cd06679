import type { Liveness, State } from '../contract.ts';
import { builds } from './builds.ts';
import { text, textOrNull } from './database.ts';
import type { Connection, Database } from './database.ts';
import { exports } from './exports.ts';
import { garbage } from './garbage.ts';
import { intents } from './intents.ts';
import { leases } from './leases.ts';
import { operations } from './operations.ts';
import type { Work } from './operations.ts';
import { reader } from './reader.ts';

export interface RelationalOptions {
  readonly database: Database;
  readonly now: () => number;
  readonly liveness: Liveness;
  readonly leaseSeconds: number;
}

/** A state over any relational store. */
export function relationalState({ database, now, liveness, leaseSeconds }: RelationalOptions): State {
  const work: Work = { database, now, liveness, lease: leaseSeconds * 1000 };
  return {
    ...reader(work),
    ...operations(work),
    ...leases(work),
    ...builds(work),
    ...intents(work),
    ...exports(work),
    ...garbage(work),
    identity: () => database.read(identity),
    tieWarehouse: (id) =>
      database.write(async (at) => {
        await at.run('UPDATE meta SET warehouse = $1 WHERE warehouse IS NULL', [id]);
        return (await identity(at)).warehouse ?? id;
      }),
    close: () => database.close(),
  };
}

async function identity(connection: Connection) {
  const [row] = await connection.all('SELECT id, warehouse FROM meta');
  return row === undefined ? { state: '', warehouse: null } : { state: text(row, 0), warehouse: textOrNull(row, 1) };
}
