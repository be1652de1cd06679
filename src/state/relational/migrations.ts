import type { Dialect } from './database.ts';

/** `ends` of an entry that stands in the newest revision; the largest integer that JavaScript holds exactly. */
export const OPEN = Number.MAX_SAFE_INTEGER;

/**
 * Each migration brings the schema from its index to the next number. One that was released is never changed.
 * Instants are ISO text, `expires` is in milliseconds since 1970, `…_json` holds what is never searched for.
 */
export const migrations: readonly ((dialect: Dialect) => readonly string[])[] = [
  ({ clustered }) => [
    `CREATE TABLE meta (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      schema INTEGER NOT NULL,
      id TEXT NOT NULL,
      warehouse TEXT,
      version BIGINT NOT NULL
    )`,
    ...history(clustered),
    ...builds(clustered),
    ...operations(),
  ],
  () => ['ALTER TABLE operations ADD COLUMN session BIGINT'],
  ({ clustered }) => [...keptByData(clustered)],
  () => ['ALTER TABLE revisions ADD COLUMN releases_json TEXT'],
  () => [
    `CREATE TABLE exports (
      environment TEXT NOT NULL,
      node TEXT NOT NULL,
      place TEXT NOT NULL,
      manner TEXT NOT NULL,
      build TEXT NOT NULL,
      operation TEXT NOT NULL,
      token BIGINT NOT NULL,
      made_at TEXT NOT NULL,
      PRIMARY KEY (environment, node)
    )`,
    'CREATE INDEX exports_at_place ON exports (place)',
  ],
  () => ['ALTER TABLE revisions ADD COLUMN from_operation TEXT'],
  () => ['ALTER TABLE revisions ADD COLUMN grants_json TEXT'],
];

/** What lets a build stand for a second key: how it was made, what it read, and what was measured of its data. */
function keptByData(clustered: string): readonly string[] {
  return [
    'ALTER TABLE builds ADD COLUMN recipe TEXT',
    'ALTER TABLE builds ADD COLUMN recipe_json TEXT',
    'ALTER TABLE builds ADD COLUMN reads_json TEXT',
    'CREATE INDEX builds_of_recipe ON builds (recipe)',
    `CREATE TABLE bindings (
      build_key TEXT NOT NULL,
      beside TEXT NOT NULL,
      build TEXT NOT NULL,
      reads_json TEXT NOT NULL,
      made_at TEXT NOT NULL,
      PRIMARY KEY (build_key, beside)
    ) ${clustered}`,
    'CREATE INDEX bindings_of_build ON bindings (build)',
    `CREATE TABLE fingerprints (
      build TEXT NOT NULL,
      columns TEXT NOT NULL,
      row_count BIGINT NOT NULL,
      hash TEXT,
      PRIMARY KEY (build, columns)
    ) ${clustered}`,
    'ALTER TABLE revisions ADD COLUMN kept_json TEXT',
  ];
}

/**
 * What readers see. A revision and its entries are there from the intent on; they are visible once `head` has come to
 * the revision. The revision n of an environment holds the entries with `since <= n < ends`.
 */
function history(clustered: string): readonly string[] {
  return [
    `CREATE TABLE environments (
      name TEXT NOT NULL PRIMARY KEY,
      base TEXT,
      head BIGINT NOT NULL,
      operation TEXT NOT NULL,
      created_at TEXT NOT NULL,
      deleted_at TEXT
    )`,
    `CREATE TABLE revisions (
      environment TEXT NOT NULL,
      revision BIGINT NOT NULL,
      kind TEXT NOT NULL,
      operation TEXT NOT NULL UNIQUE,
      made_at TEXT NOT NULL,
      made_by TEXT NOT NULL,
      message TEXT,
      from_environment TEXT,
      from_revision BIGINT,
      base_environment TEXT,
      base_revision BIGINT,
      stands_at BIGINT,
      clock TEXT NOT NULL,
      clock_avoid TEXT,
      engine TEXT NOT NULL,
      code INTEGER NOT NULL,
      gone INTEGER NOT NULL,
      PRIMARY KEY (environment, revision)
    )`,
    `CREATE TABLE entries (
      environment TEXT NOT NULL,
      node TEXT NOT NULL,
      since BIGINT NOT NULL,
      ends BIGINT NOT NULL,
      definition TEXT,
      local TEXT,
      code TEXT,
      build_key TEXT,
      build TEXT,
      origin_operation TEXT NOT NULL,
      origin_revision BIGINT NOT NULL,
      fact_json TEXT,
      PRIMARY KEY (environment, ends, node, since)
    ) ${clustered}`,
    'CREATE INDEX entries_of_node ON entries (environment, node, since)',
    'CREATE INDEX entries_of_revision ON entries (environment, since)',
    'CREATE TABLE definitions (hash TEXT NOT NULL PRIMARY KEY, definition_json TEXT NOT NULL)',
    'CREATE TABLE meanings (code TEXT NOT NULL PRIMARY KEY, meaning_json TEXT NOT NULL)',
    `CREATE TABLE views (
      name TEXT NOT NULL PRIMARY KEY,
      environment TEXT NOT NULL,
      node TEXT NOT NULL
    )`,
    'CREATE INDEX views_of_environment ON views (environment)',
  ];
}

/**
 * A build is `claimed`, then `ready`, then `going`; one whose claim was given up or lost is `dead`.
 */
function builds(clustered: string): readonly string[] {
  return [
    `CREATE TABLE builds (
      id TEXT NOT NULL PRIMARY KEY,
      build_key TEXT NOT NULL,
      beside TEXT NOT NULL,
      node TEXT NOT NULL,
      status TEXT NOT NULL,
      operation TEXT NOT NULL,
      made_at TEXT NOT NULL,
      kind TEXT,
      row_count BIGINT,
      seconds DOUBLE PRECISION,
      columns_json TEXT
    )`,
    `CREATE UNIQUE INDEX builds_of_key ON builds (build_key, beside) WHERE status = 'claimed' OR status = 'ready'`,
    'CREATE INDEX builds_of_operation ON builds (operation, status)',
    `CREATE TABLE build_inputs (
      build TEXT NOT NULL,
      input TEXT NOT NULL,
      PRIMARY KEY (build, input)
    ) ${clustered}`,
    `CREATE TABLE pins (
      operation TEXT NOT NULL,
      build TEXT NOT NULL,
      PRIMARY KEY (operation, build)
    ) ${clustered}`,
    'CREATE INDEX pins_of_build ON pins (build)',
    'CREATE TABLE audits (audit_key TEXT NOT NULL PRIMARY KEY, build TEXT)',
    'CREATE INDEX audits_of_build ON audits (build)',
  ];
}

/** An operation is `open`, then `ended` by itself or `lost` to others. An intent is there until it is committed or abandoned. */
function operations(): readonly string[] {
  return [
    `CREATE TABLE operations (
      id TEXT NOT NULL PRIMARY KEY,
      environment TEXT NOT NULL,
      kind TEXT NOT NULL,
      status TEXT NOT NULL,
      started_at TEXT NOT NULL,
      expires BIGINT NOT NULL,
      holder_user TEXT NOT NULL,
      holder_host TEXT NOT NULL,
      holder_boot TEXT NOT NULL,
      holder_pid BIGINT NOT NULL,
      holder_started TEXT NOT NULL
    )`,
    'CREATE INDEX operations_by_status ON operations (status)',
    `CREATE TABLE leases (
      environment TEXT NOT NULL PRIMARY KEY,
      token BIGINT NOT NULL,
      operation TEXT NOT NULL
    )`,
    `CREATE TABLE intents (
      operation TEXT NOT NULL PRIMARY KEY,
      environment TEXT NOT NULL UNIQUE,
      revision BIGINT NOT NULL,
      token BIGINT NOT NULL,
      base TEXT
    )`,
    `CREATE TABLE intent_drops (
      operation TEXT NOT NULL,
      node TEXT NOT NULL,
      PRIMARY KEY (operation, node)
    )`,
    `CREATE TABLE intent_views (
      operation TEXT NOT NULL,
      name TEXT NOT NULL,
      node TEXT,
      PRIMARY KEY (operation, name)
    )`,
    'CREATE INDEX intent_views_by_name ON intent_views (name)',
  ];
}
