import {
  asBuildId,
  asDefinitionHash,
  asEnvironmentName,
  asInstant,
  asKey,
  asNodeName,
  asOperationId,
} from '../../model/ids.ts';
import type { EnvironmentName } from '../../model/ids.ts';
import type { Column, SourceFact } from '../../model/facts.ts';
import type {
  Build,
  BuildRecipe,
  Entry,
  EnvironmentRecord,
  HeldBy,
  OperationKind,
  OwnedView,
  Revision,
  RevisionRef,
  SecondParent,
} from '../contract.ts';
import { integer, integerOrNull, storable, text, textOrNull } from './database.ts';
import type { Dialect, Row, Value } from './database.ts';

/** How the nouns lie in their tables: for each a list of columns, a reader of a row and, where needed, a writer. */

export const ENVIRONMENT = 'name, base, head, operation, created_at, deleted_at';

export function environmentOf(row: Row): EnvironmentRecord {
  const deleted = textOrNull(row, 5);
  return {
    name: asEnvironmentName(text(row, 0)),
    base: environmentOrNull(row, 1),
    head: integer(row, 2),
    operation: asOperationId(text(row, 3)),
    createdAt: asInstant(text(row, 4)),
    deletedAt: deleted === null ? null : asInstant(deleted),
  };
}

export const REVISION = `environment, revision, kind, operation, made_at, made_by, message, from_environment, from_revision,
  base_environment, base_revision, stands_at, clock, clock_avoid, engine, code, gone, kept_json,
  releases_json, from_operation, grants_json`;

/** Where in a row stands what is asked for after them. */
export const REVISION_WIDTH = REVISION.split(',').length;

export function revisionOf(row: Row): Revision {
  const kept = textOrNull(row, 17);
  const releases = textOrNull(row, 18);
  const grants = textOrNull(row, 20);
  return {
    environment: asEnvironmentName(text(row, 0)),
    revision: integer(row, 1),
    operation: operationKind(text(row, 2)),
    operationId: asOperationId(text(row, 3)),
    at: asInstant(text(row, 4)),
    by: text(row, 5),
    message: textOrNull(row, 6),
    from: parentOrNull(row),
    base: refOrNull(row, 9),
    standsAt: integerOrNull(row, 11),
    clock: asInstant(text(row, 12)),
    clockAvoid: textOrNull(row, 13),
    engine: text(row, 14),
    releases: releases === null ? [] : (JSON.parse(releases) as Revision['releases']),
    code: integer(row, 15) === 1,
    gone: integer(row, 16) === 1,
    kept: kept === null ? [] : (JSON.parse(kept) as Revision['kept']),
    grants: grants === null ? [] : (JSON.parse(grants) as Revision['grants']),
  };
}

export const revisionRow = (one: Revision): readonly Value[] => [
  one.environment,
  one.revision,
  one.operation,
  one.operationId,
  one.at,
  storable(one.by),
  one.message === null ? null : storable(one.message),
  one.from?.environment ?? null,
  one.from?.revision ?? null,
  one.base?.environment ?? null,
  one.base?.revision ?? null,
  one.standsAt,
  one.clock,
  one.clockAvoid,
  one.engine,
  one.code ? 1 : 0,
  one.gone ? 1 : 0,
  one.kept.length === 0 ? null : JSON.stringify(one.kept),
  one.releases.length === 0 ? null : JSON.stringify(one.releases),
  one.from?.operation ?? null,
  one.grants.length === 0 ? null : JSON.stringify(one.grants),
];

export const ENTRY = 'node, definition, local, code, build_key, build, origin_operation, origin_revision, fact_json';

export function entryOf(row: Row): Entry {
  const definition = textOrNull(row, 1);
  const build = textOrNull(row, 5);
  const fact = textOrNull(row, 8);
  const origin = text(row, 6);
  return {
    node: asNodeName(text(row, 0)),
    definition: definition === null ? null : asDefinitionHash(definition),
    local: keyOrNull(row, 2),
    code: keyOrNull(row, 3),
    key: keyOrNull(row, 4),
    build: build === null ? null : asBuildId(build),
    origin: { operation: origin === 'branch' ? origin : operationKind(origin), revision: integer(row, 7) },
    fact: fact === null ? null : (JSON.parse(fact) as SourceFact),
  };
}

export const entryRow = (one: Entry): readonly Value[] => [
  one.node,
  one.definition,
  one.local,
  one.code,
  one.key,
  one.build,
  one.origin.operation,
  one.origin.revision,
  one.fact === null ? null : JSON.stringify(one.fact),
];

export const BUILD =
  'b.id, b.build_key, b.beside, b.node, b.kind, b.row_count, b.seconds, b.made_at, b.columns_json, b.recipe_json, b.reads_json';

/** The same of a build under a key that it was bound to, `n`. */
export const BOUND = BUILD.replace('b.build_key, b.beside', 'n.build_key, n.beside')
  .replace('b.made_at', 'n.made_at')
  .replace('b.reads_json', 'n.reads_json');

/** Of a build that is ready; its inputs lie in a table of their own. */
export function buildOf(row: Row, inputs: Build['inputs']): Build {
  const seconds = row[6];
  const recipe = textOrNull(row, 9);
  const reads = textOrNull(row, 10);
  return {
    id: asBuildId(text(row, 0)),
    key: asKey(text(row, 1)),
    beside: text(row, 2),
    node: asNodeName(text(row, 3)),
    kind: buildKind(text(row, 4)),
    inputs,
    recipe: recipe === null ? null : (JSON.parse(recipe) as BuildRecipe),
    reads: reads === null ? {} : (JSON.parse(reads) as Build['reads']),
    columns: JSON.parse(text(row, 8)) as readonly Column[],
    rows: integerOrNull(row, 5),
    seconds: typeof seconds === 'number' ? seconds : 0,
    at: asInstant(text(row, 7)),
  };
}

/** Columns of the table `operations` under the alias `o`. */
export const operationColumns = (
  dialect: Dialect,
): string => `o.id, o.environment, o.kind, o.status, o.expires, o.started_at,
  o.holder_user, o.holder_host, o.holder_boot, o.holder_pid, o.holder_started, ${dialect.absent('o.session')}`;

export interface OperationRow {
  readonly open: boolean;
  readonly expires: number;
  /** The store knows that its session is gone. */
  readonly absent: boolean;
  readonly held: HeldBy;
}

export function operationOf(row: Row): OperationRow {
  const kind = text(row, 2);
  return {
    open: text(row, 3) === 'open',
    expires: integer(row, 4),
    absent: integer(row, 11) === 1,
    held: {
      operation: asOperationId(text(row, 0)),
      environment: asEnvironmentName(text(row, 1)),
      kind: kind === 'gc' || kind === 'export' ? kind : operationKind(kind),
      since: asInstant(text(row, 5)),
      holder: {
        user: text(row, 6),
        host: text(row, 7),
        boot: text(row, 8),
        pid: integer(row, 9),
        started: text(row, 10),
      },
    },
  };
}

export const viewOf = (row: Row): OwnedView => ({
  name: text(row, 0),
  environment: asEnvironmentName(text(row, 1)),
  node: asNodeName(text(row, 2)),
});

const environmentOrNull = (row: Row, at: number): EnvironmentName | null => {
  const name = textOrNull(row, at);
  return name === null ? null : asEnvironmentName(name);
};

const keyOrNull = (row: Row, at: number) => {
  const key = textOrNull(row, at);
  return key === null ? null : asKey(key);
};

function refOrNull(row: Row, at: number): RevisionRef | null {
  const environment = environmentOrNull(row, at);
  return environment === null ? null : { environment, revision: integer(row, at + 1) };
}

function parentOrNull(row: Row): SecondParent | null {
  const ref = refOrNull(row, 7);
  const operation = textOrNull(row, 19);
  return ref === null ? null : { ...ref, operation: operation === null ? null : asOperationId(operation) };
}

const KINDS: readonly OperationKind[] = ['apply', 'run', 'promote', 'rollback', 'delete'];

function operationKind(name: string): OperationKind {
  const kind = KINDS.find((one) => one === name);
  if (kind === undefined) throw new Error(`the state holds the unknown operation '${name}'`);
  return kind;
}

export function buildKind(name: string): Build['kind'] {
  if (name !== 'table' && name !== 'view') throw new Error(`the state holds the unknown kind of build '${name}'`);
  return name;
}
