import type { Operation } from '../support/actors.ts';
import { KEEP_NOTHING, NEW_CODE, NEW_DATA, NEW_NAMES, SAME_DATA, SHOP, type Files } from '../support/shop.ts';

/** What is done before: files that are written, commands that are run. */
export type Preparation = readonly (Files | Operation)[];

export interface Scenario {
  readonly name: string;
  readonly before: Preparation;
  /** The command that is hit. */
  readonly operation: Operation;
  /** Whether every test run kills it at every call; of the others a sample is tried. */
  readonly every: boolean;
}

const apply = (environment: string): Operation => ({ type: 'apply', environment });
const run = (environment: string): Operation => ({ type: 'run', environment });
const promote: Operation = { type: 'promote', environment: 'dev' };
const rollback: Operation = { type: 'rollback', environment: 'prod', to: 1 };
const deletion: Operation = { type: 'delete', environment: 'dev' };

const branched: Preparation = [SHOP, apply('prod'), NEW_CODE, apply('dev')];

export const SCENARIOS: readonly Scenario[] = [
  { name: 'the first apply', before: [SHOP], operation: apply('prod'), every: false },
  { name: 'apply of a change', before: [SHOP, apply('prod'), NEW_CODE], operation: apply('prod'), every: true },
  { name: 'apply of other names', before: [SHOP, apply('prod'), NEW_NAMES], operation: apply('prod'), every: false },
  { name: 'apply of a new branch', before: [SHOP, apply('prod'), NEW_CODE], operation: apply('dev'), every: false },
  { name: 'promotion of tested builds', before: branched, operation: promote, every: true },
  {
    name: 'promotion under newer data',
    before: [...branched, NEW_DATA, run('prod')],
    operation: promote,
    every: false,
  },
  {
    name: 'run with garbage',
    before: [SHOP, KEEP_NOTHING, apply('prod'), NEW_DATA],
    operation: run('prod'),
    every: false,
  },
  { name: 'run that keeps builds', before: [SHOP, apply('prod'), SAME_DATA], operation: run('prod'), every: true },
  { name: 'run of a branch', before: [...branched, NEW_DATA, run('prod')], operation: run('dev'), every: false },
  { name: 'rollback', before: [...branched, promote], operation: rollback, every: false },
  { name: 'delete', before: branched, operation: deletion, every: false },
  {
    name: 'garbage collection',
    before: [...branched, NEW_DATA, run('prod'), promote, deletion],
    operation: { type: 'collect', keep: 0 },
    every: true,
  },
];
