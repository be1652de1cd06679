import { guardedRole } from '../support/postgres/guarded.ts';
import { freshDatabase, sharedServer, statement, type Database } from '../support/postgres/server.ts';
import type { Evidence } from './canary.ts';
import { dumpOf } from './dump.ts';

/** The name of a credential and the password that its role is to have; null: a file. */
export interface Login {
  readonly credential: string;
  readonly password: string;
}

/** Databases whose roles must give their passwords; the group is what the server's rules of access name. */
export class Homes {
  readonly #databases: Database[] = [];

  /** `engine:` and `state:` of a configuration. */
  async make(warehouse: Login | null, state: Login | null): Promise<object> {
    if (warehouse === null && state === null) return {};
    const database = await this.#fresh();
    return {
      ...(warehouse === null ? {} : { engine: { ...(await guarded(database, 'w', warehouse)), connections: 2 } }),
      ...(state === null ? {} : { state: await guarded(database, 's', state) }),
    };
  }

  /** A connection to another database, which holds `public.people` and takes tables. */
  async connection(login: Login): Promise<object> {
    const database = await this.#fresh();
    const made = await guarded(database, 'c', login);
    const people = `CREATE TABLE people AS SELECT 1 AS id, 'ann' AS name; GRANT ALL ON SCHEMA public TO PUBLIC; GRANT SELECT ON people TO PUBLIC`;
    await statement(database.options, people);
    return made;
  }

  async #fresh(): Promise<Database> {
    const database = await freshDatabase(await sharedServer());
    this.#databases.push(database);
    return database;
  }

  async dump(): Promise<readonly Evidence[]> {
    return (await Promise.all(this.#databases.map(({ options }) => dumpOf(options)))).flat();
  }

  async clear(): Promise<void> {
    for (const { options, drop } of this.#databases) {
      await drop();
      const roles = ['w', 's', 'c'].map((suffix) => `${options.database}_${suffix}`);
      await statement({ ...options, database: 'postgres' }, `DROP ROLE IF EXISTS ${roles.join(', ')}`);
    }
  }
}

async function guarded(of: Database, suffix: string, { credential, password }: Login): Promise<object> {
  const { database, host, port } = of.options;
  const user = await guardedRole(of, suffix, password);
  await statement(of.options, `GRANT CREATE ON DATABASE ${database} TO ${user}`);
  return { type: 'postgres', host, port, database, user, credential };
}
