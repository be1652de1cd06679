import type { EngineConfig } from '../../model/project.ts';
import { connectionOf } from '../../postgres/connection.ts';
import { quoteIdentifier } from '../../postgres/literal.ts';
import { FOREIGN_TYPES } from '../../sources/contract.ts';
import type { Engine, Patience, Reader, Session } from '../contract.ts';
import { Connections, type Pool } from './connections.ts';
import { describeReading } from './files.ts';
import { describeForeign } from './import.ts';
import { buildName, fold, MAX_IDENTIFIER, quoteName } from './names.ts';
import { openReader, openSession } from './session.ts';
import { engineFact } from './settings.ts';

/** A warehouse in one PostgreSQL database. */
export function postgresEngine(config: Extract<EngineConfig, { type: 'postgres' }>, timezone: string): Engine {
  const { role, statementTimeout, connections: limit } = config;
  const session = { timezone, role, statementTimeout };
  let known: Pool | undefined;
  const pool = (): Pool => (known ??= { destination: connectionOf(config.connection), session, limit });
  let fact: Promise<string> | undefined;

  async function open(mode: 'write', patience: Patience): Promise<Session>;
  async function open(mode: 'read', patience: Patience): Promise<(Reader & { close(): Promise<void> }) | null>;
  async function open(
    mode: 'read' | 'write',
    patience: Patience,
  ): Promise<Session | (Reader & { close(): Promise<void> }) | null> {
    return mode === 'read' ? openReader(pool()) : openSession(pool(), patience);
  }

  return {
    dialect: 'postgres',
    maxIdentifier: MAX_IDENTIFIER,
    grants: true,
    estimates: true,
    fact: () =>
      (fact ??= askFact(pool(), timezone).catch((error: unknown) => {
        // A server that was away may be back when it is asked again.
        fact = undefined;
        throw error;
      })),
    open,
    describeFiles: (read) => once(pool(), (connection) => describeReading(connection, read)),
    imports: FOREIGN_TYPES,
    describeImport: (read) => once(pool(), (connection) => describeForeign(connection, read)),
    relation: buildName,
    quoteName,
    quoteIdentifier,
    fold,
  };
}

async function once<T>(pool: Pool, work: Parameters<typeof Connections.prototype.use<T>>[0]): Promise<T> {
  const connections = new Connections(pool);
  try {
    return await connections.use(work);
  } finally {
    await connections.close();
  }
}

/** What decides how the database orders text; which of these columns there are differs between versions. */
const LOCALE = ['datcollate', 'datctype', 'datlocprovider', 'daticulocale', 'datlocale', 'daticurules'];

const askFact = (pool: Pool, timezone: string): Promise<string> =>
  once(pool, async (connection) => {
    const [row = []] = await connection.texts(
      `SELECT current_setting('server_version_num'), current_setting('server_encoding'), to_jsonb(d)
       FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()`,
    );
    const [version = '', encoding = '', database = '{}'] = row;
    const all: Readonly<Record<string, unknown>> = JSON.parse(database);
    const locale = Object.fromEntries(LOCALE.filter((key) => all[key] != null).map((key) => [key, all[key]]));
    return engineFact({ version: Number(version), locale: { ...locale, encoding } }, timezone);
  });
