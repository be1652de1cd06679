import type { Operation } from '../../support/actors.ts';
import type { Fault } from '../../support/trace.ts';
import type { Random } from '../../prove/random.ts';
import { LEAVES, MODELS, SOURCES, type Model, type Source } from './graph.ts';
import { BASE } from './world.ts';

export type Command =
  | {
      readonly type: 'apply';
      readonly actor: string;
      readonly environment: string;
      readonly refresh: boolean;
      readonly takeBack: boolean;
    }
  | { readonly type: 'run' | 'promote' | 'delete'; readonly environment: string }
  | { readonly type: 'rollback'; readonly environment: string; readonly to: number }
  | { readonly type: 'collect' };

/** `ahead`: milliseconds that the clock of its process is wrong, as far as leases go. */
export interface Attempt {
  readonly command: Command;
  readonly ahead: number;
}

export type Step =
  | { readonly type: 'edit'; readonly actor: string; readonly model: Model; readonly to: number | null }
  | { readonly type: 'deliver'; readonly source: Source; readonly to: number }
  | (Attempt & { readonly type: 'command'; readonly fault: Fault | null })
  /** A process that stands still in the middle of its command, and what others do meanwhile. */
  | (Attempt & { readonly type: 'meanwhile'; readonly fault: Fault; readonly others: readonly Attempt[] });

const ACTORS = ['ada', 'ben'] as const;
const BRANCHES = ['dev', 'qa'] as const;
const LATER = 120_000;
const EARLIER = -3_600_000;

/** Calls at which something can happen to a command; most of them writing. */
const CALLS = [
  'state.startOperation',
  'state.acquireLease',
  'engine.open',
  'state.pin',
  'state.claimBuild',
  'session.build',
  'state.finishBuild',
  'state.recordAudits',
  'state.writeIntent',
  'session.publish',
  'session.raise',
  'state.commitIntent',
  'session.close',
  'state.endOperation',
  'state.garbageView',
  'state.markGoing',
  'session.drop',
  'state.forget',
] as const;

/** Draws walks: which steps there are does not depend on how they turn out. */
class Drawing {
  readonly #random: Random;
  #count = 1;

  constructor(random: Random) {
    this.#random = random;
  }

  steps(length: number): readonly Step[] {
    const first = MODELS.flatMap((model) => ACTORS.map((actor): Step => ({ type: 'edit', actor, model, to: 1 })));
    const deliveries = SOURCES.map((source): Step => ({ type: 'deliver', source, to: 1 }));
    const begin: Step = { type: 'command', command: this.#apply(BASE), ahead: 0, fault: null };
    return [...deliveries, ...first, begin, ...Array.from({ length }, () => this.#step())];
  }

  #step(): Step {
    const random = this.#random;
    switch (random.weighted({ edit: 5, deliver: 2, command: 9, meanwhile: 2 })) {
      case 'edit':
        return this.#edit();
      case 'deliver':
        return { type: 'deliver', source: random.pick(SOURCES), to: (this.#count += 1) };
      case 'command': {
        const fault = random.chance(0.3) ? this.#fault(random.pick(['kill', 'kill', 'throw'])) : null;
        return { type: 'command', ...this.#attempt(), fault };
      }
      case 'meanwhile': {
        const attempt = this.#attempt();
        const others = Array.from({ length: random.between(1, 2) }, () => inOneFolder(attempt, this.#attempt()));
        return { type: 'meanwhile', ...attempt, ahead: 0, fault: this.#fault('stop'), others };
      }
    }
  }

  /** New definitions, and now and then an old one: a revert, or a checkout that lags. */
  #edit(): Step {
    const random = this.#random;
    const model = random.pick(MODELS);
    const removed = LEAVES.some((one) => one === model) && random.chance(0.25);
    const to = random.chance(0.35) ? random.between(1, this.#count) : (this.#count += 1);
    return { type: 'edit', actor: random.pick(ACTORS), model, to: removed ? null : to };
  }

  #attempt(): Attempt {
    const ahead = this.#random.weighted({ none: 6, later: 3, earlier: 1 });
    return { command: this.#command(), ahead: { none: 0, later: LATER, earlier: EARLIER }[ahead] };
  }

  #apply(environment: string): Command {
    const random = this.#random;
    const [refresh, takeBack] = [random.chance(0.25), random.chance(0.2)];
    return { type: 'apply', actor: random.pick(ACTORS), environment, refresh, takeBack };
  }

  #command(): Command {
    const random = this.#random;
    const branch = random.pick(BRANCHES);
    const any = random.pick([BASE, ...BRANCHES]);
    const type = random.weighted({ apply: 6, run: 3, promote: 3, rollback: 2, delete: 1, collect: 2 });
    if (type === 'apply') return this.#apply(random.chance(0.7) ? branch : BASE);
    if (type === 'rollback') return { type, environment: any, to: random.between(1, 6) };
    if (type === 'collect') return { type };
    return { type, environment: type === 'run' ? any : branch };
  }

  #fault(does: Fault['does']): Fault {
    const random = this.#random;
    return { of: random.pick(CALLS), call: random.between(1, 2), side: random.pick(['before', 'after']), does };
  }
}

/** All play in one folder: while somebody's files are applied, nobody puts others in their place. */
function inOneFolder({ command: first }: Attempt, other: Attempt): Attempt {
  const { command } = other;
  if (first.type !== 'apply' || command.type !== 'apply') return other;
  return { ...other, command: { ...command, actor: first.actor } };
}

export const drawSteps = (random: Random, length: number): readonly Step[] => new Drawing(random).steps(length);

export function operationOf(command: Command): Operation {
  if (command.type === 'collect') return { type: 'collect', keep: 0 };
  if (command.type !== 'apply') return command;
  const { type, environment, refresh, takeBack } = command;
  return { type, environment, refresh, takeBack };
}

export function tellStep(step: Step): string {
  switch (step.type) {
    case 'edit':
      return `${step.actor} edits ${step.model}: ${step.to ?? 'removed'}`;
    case 'deliver':
      return `${step.source} delivers ${step.to}`;
    case 'command':
      return `${tellAttempt(step)}${step.fault === null ? '' : `, ${tellFault(step.fault)}`}`;
    case 'meanwhile':
      return `${tellAttempt(step)}, ${tellFault(step.fault)}; meanwhile ${step.others.map(tellAttempt).join(', then ')}`;
  }
}

function tellAttempt({ command, ahead }: Attempt): string {
  const { type, ...rest } = command;
  const words = Object.entries(rest).flatMap(([key, value]) =>
    value === false ? [] : value === true ? [key] : [value],
  );
  return `${[type, ...words].join(' ')}${ahead === 0 ? '' : ` (clock ${ahead / 1000} s)`}`;
}

const tellFault = ({ does, side, call, of }: Fault): string => `${does} ${side} call ${call} of ${of ?? 'any'}`;
