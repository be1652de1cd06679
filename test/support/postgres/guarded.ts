import { literal } from '../../../src/postgres/literal.ts';
import type { Database } from './server.ts';
import { statement } from './server.ts';

/**
 * Makes a role that needs its password, for one database of the tests: roles are the whole server's, which all test
 * files share. The server wants the passwords of all members of `guarded`.
 */
export async function guardedRole({ options }: Database, suffix: string, password: string): Promise<string> {
  const role = `${options.database}_${suffix}`;
  await statement(
    options,
    `DO $$ BEGIN CREATE ROLE guarded; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
     CREATE ROLE ${role} LOGIN PASSWORD ${literal(password)} IN ROLE guarded`,
  );
  return role;
}
