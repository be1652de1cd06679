import type { ExportMode } from '../../../src/model/export.ts';
import type { Operation } from '../../support/actors.ts';
import { apply, collect, exportTables, promote, remove, run } from '../../support/projects.ts';
import {
  KEEP_NOTHING,
  NEW_CODE,
  NEW_DATA,
  NEW_NAMES,
  SAME_DATA,
  SHOP,
  TWO_ROOTS,
  type Files,
} from '../../support/shop.ts';

/** A command whose process is killed at one call, so that the next one has something to settle. */
export interface Killed {
  readonly killed: Operation;
  readonly after: string;
}

/** A model that is exported to a database of others comes to the project. */
export interface Exported {
  readonly exported: ExportMode;
}

/** What is done before: files that are written, commands that are run. */
export type Preparation = readonly (Files | Operation | Killed | Exported)[];

export const isKilled = (step: Preparation[number]): step is Killed =>
  'killed' in step && typeof step.killed === 'object';

export const isExported = (step: Preparation[number]): step is Exported =>
  'exported' in step && typeof step.exported === 'string';

export interface Scenario {
  readonly name: string;
  readonly before: Preparation;
  /** The command that is hit. */
  readonly operation: Operation;
  /** Whether the state is one of an older Bough, which the command brings to what it is now. */
  readonly older?: true;
  /** Whether it takes several warehouses, each in a file. */
  readonly roots?: true;
  /** Left out where there is little time: others are like it. */
  readonly long?: true;
}

const rollback: Operation = { type: 'rollback', environment: 'prod', to: 1 };
const newRows = (exported: ExportMode): Preparation => [SHOP, { exported }, apply('prod'), NEW_DATA];
const branched: Preparation = [SHOP, apply('prod'), NEW_CODE, apply('dev')];

export const SCENARIOS: readonly Scenario[] = [
  { name: 'first apply', before: [SHOP], operation: apply('prod') },
  { name: 'apply', before: [SHOP, apply('prod'), NEW_CODE], operation: apply('prod') },
  { name: 'apply of other names', before: [SHOP, apply('prod'), NEW_NAMES], operation: apply('prod') },
  { name: 'apply of a new branch', before: [SHOP, apply('prod'), NEW_CODE], operation: apply('dev') },
  { name: 'promote', before: branched, operation: promote },
  { name: 'promote under newer data', before: [...branched, NEW_DATA, run('prod')], operation: promote },
  { name: 'run with garbage', before: [SHOP, KEEP_NOTHING, apply('prod'), NEW_DATA], operation: run('prod') },
  { name: 'run that keeps builds', before: [SHOP, apply('prod'), SAME_DATA], operation: run('prod') },
  { name: 'run of a branch', before: [...branched, NEW_DATA, run('prod')], operation: run('dev') },
  { name: 'rollback', before: [...branched, promote], operation: rollback },
  { name: 'delete', before: branched, operation: remove('dev') },
  { name: 'gc', before: [...branched, NEW_DATA, run('prod'), promote, remove('dev')], operation: collect },
  {
    name: 'apply that finishes another',
    before: [SHOP, apply('prod'), NEW_CODE, { killed: apply('prod'), after: 'session.publish' }],
    operation: apply('prod'),
  },
  {
    name: 'apply that abandons another',
    before: [SHOP, apply('prod'), NEW_CODE, { killed: apply('prod'), after: 'state.writeIntent' }],
    operation: apply('prod'),
  },
  { name: 'apply that exports first', before: [SHOP, { exported: 'replace' }], operation: apply('prod'), long: true },
  { name: 'run that exports more', before: newRows('append'), operation: run('prod') },
  { name: 'run that exports others', before: newRows('replace'), operation: run('prod'), long: true },
  { name: 'run that exports by key', before: newRows('upsert'), operation: run('prod'), long: true },
  {
    name: 'export that is due',
    before: [...newRows('append'), { killed: run('prod'), after: 'state.commitIntent' }],
    operation: exportTables('prod'),
  },
  {
    name: 'promote between roots',
    before: [SHOP, TWO_ROOTS, apply('dev'), promote, NEW_CODE, apply('dev')],
    operation: promote,
    roots: true,
    long: true,
  },
  { name: 'state migration', before: [SHOP, apply('prod'), NEW_CODE], operation: apply('prod'), older: true },
];
