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
    const database = await freshDatabase(await sharedServer());
    this.#databases.push(database);
    const { database: name, host, port } = database.options;
    const place = async (login: Login, user: string): Promise<object> => {
      await statement(database.options, guardedRole(name, user, login.password));
      return { type: 'postgres', host, port, database: name, user, credential: login.credential };
    };
    return {
      ...(warehouse === null ? {} : { engine: { ...(await place(warehouse, `${name}_w`)), connections: 2 } }),
      ...(state === null ? {} : { state: await place(state, `${name}_s`) }),
    };
  }

  async dump(): Promise<readonly Evidence[]> {
    return (await Promise.all(this.#databases.map(({ options }) => dumpOf(options)))).flat();
  }

  async clear(): Promise<void> {
    for (const { options, drop } of this.#databases) {
      await drop();
      const roles = ['w', 's'].map((suffix) => `${options.database}_${suffix}`);
      await statement({ ...options, database: 'postgres' }, `DROP ROLE IF EXISTS ${roles.join(', ')}`);
    }
  }
}

const literal = (text: string): string => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const guardedRole = (database: string, user: string, password: string): string => `
  DO $$ BEGIN CREATE ROLE guarded; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
  CREATE ROLE ${user} LOGIN PASSWORD ${literal(password)} IN ROLE guarded;
  GRANT CREATE ON DATABASE ${database} TO ${user}`;
