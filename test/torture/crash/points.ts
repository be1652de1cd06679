import type { Random } from '../../prove/random.ts';
import type { Operation } from '../../support/actors.ts';
import { collect } from '../../support/projects.ts';
import type { Fault } from '../../support/trace.ts';
import type { Pair } from '../pairs.ts';
import type { Played } from './stage.ts';

/**
 * How a command is hit. `kill`: SIGKILL of its process; `twice`: and of the next one, which settles what it left; `fail`: what it sends is refused; `drop`: it was done, but the
 * connection broke before the answer came; `wake`: the process stands still, is thought dead by somebody who does the
 * same, and goes on; `halt`: the server crashes and starts again.
 */
export const MODES = ['kill', 'twice', 'fail', 'drop', 'wake', 'halt'] as const;
export type Mode = (typeof MODES)[number];

const STATEMENT = /^(?:duckdb|sqlite|postgres): /;
const CONTRACT = /^(?:engine|session|state|target)\./;
/** Travels over a connection, which can be cut, and a server goes on with it without who sent it. */
const SENT = /^postgres: /;
const FILE = /^file\./;
/** Who could not roll back would not hear of it: its connection is closed, which does it. */
const ROLLBACK = /^\w+: ROLLBACK/;

const DOES = { kill: 'kill', twice: 'kill', fail: 'throw', drop: 'throw', wake: 'stop', halt: 'stop' } as const;

function sidesOf(call: string, mode: Mode, { remote, crash }: Pair): readonly Fault['side'][] {
  if ((mode === 'halt') !== (crash !== null)) return [];
  switch (mode) {
    case 'kill':
    case 'twice':
      if (SENT.test(call)) return ['before', 'during', 'after'];
      return STATEMENT.test(call) || FILE.test(call) ? ['before', 'after'] : [];
    case 'fail':
      return (STATEMENT.test(call) && !ROLLBACK.test(call)) || FILE.test(call) ? ['before'] : [];
    case 'drop':
      // What runs in the process itself has no connection; there an answer can only get lost on its way to who asked.
      return SENT.test(call) || (!remote && CONTRACT.test(call)) ? ['after'] : [];
    case 'halt':
      return STATEMENT.test(call) ? ['before', 'after'] : [];
    case 'wake':
      return CONTRACT.test(call) ? ['before', 'after'] : [];
  }
}

/** Every place where a mode can hit the command. */
export const pointsOf = ({ calls, pair }: Played, mode: Mode): readonly Fault[] =>
  calls.flatMap((call, index) =>
    sidesOf(call, mode, pair).map((side): Fault => ({ call: index + 1, side, does: DOES[mode] })),
  );

/** Whether a call leaves nothing behind: such points are tried last, most of them are like their neighbours. */
export const onlyReads = (call: string): boolean =>
  /^(?:duckdb|sqlite|postgres): (?:prepare|SELECT|FROM|WITH|DESCRIBE|BEGIN(?:; SET|$)|SET|PRAGMA)/i.test(call);

/** The command that comes after a kill, and where it is killed itself. */
export interface Second {
  readonly operation: Operation;
  readonly fault: Fault;
}

/** Calls of a collection, some of which it may not come to. */
const COLLECTING = 100;

/** By lot: the same command again or a collection, which settles what it finds, too. */
export function secondOf({ scenario, calls }: Played, random: Random): Second {
  const operation = random.pick([scenario.operation, collect]);
  const last = operation === collect ? COLLECTING : calls.length;
  const side = random.pick(['before', 'after'] as const);
  return { operation, fault: { call: random.between(1, last), side, does: 'kill' } };
}
