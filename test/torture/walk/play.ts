import type { Actor, Job, Outcome } from '../../support/actors.ts';
import type { Look } from '../../support/look.ts';
import { orphansYet, unmarked } from '../invariants.ts';
import type { Pair } from '../pairs.ts';
import { isDeepStrictEqual } from 'node:util';
import { neededBuilds, seenIn, seenOf, withGone, worldsAfter, worldSeen, type Given } from './explain.ts';
import { BEGINNING, modelFile, MODELS, sourceFile } from './graph.ts';
import { perform } from './oracle.ts';
import { operationOf, tellStep, type Attempt, type Command, type Step } from './steps.ts';
import type { World } from './world.ts';

const NOTHING: World = {
  lines: {},
  files: { ada: none(), ben: none() },
  delivered: { 'raw.a': 0, 'raw.b': 0 },
};

function none(): World['files'][string] {
  return Object.fromEntries(MODELS.map((model) => [model, null])) as World['files'][string];
}

/** What was found wrong ends a walk: what comes after would follow from it. */
export class Wrong extends Error {}

/** Longer than any week: settles what dead processes left and keeps all else. */
const FOR_EVER = 1e12;

/** Plays one walk in a project of its own, beside the model of what must come of it. */
export class Walk {
  readonly #pair: Pair;
  readonly #start: () => Actor;
  readonly #helper: Actor;
  #directory = '';
  #world = NOTHING;
  commands = 0;

  constructor(pair: Pair, start: () => Actor, helper: Actor) {
    this.#pair = pair;
    this.#start = start;
    this.#helper = helper;
  }

  /** Returns what is wrong; null where nothing is. */
  async play(steps: readonly Step[]): Promise<string | null> {
    this.#directory = await this.#pair.make();
    this.#pair.write(this.#directory, BEGINNING);
    let number = 0;
    try {
      for (const step of steps) {
        number += 1;
        await this.#step(step);
      }
      number += 1;
      await this.#collect();
      await this.#pair.drop(this.#directory);
      return null;
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      if (process.env['BOUGH_TORTURE_KEEP'] === undefined) await this.#pair.drop(this.#directory);
      const step = steps[number - 1];
      return `after step ${number}, ${step === undefined ? 'the last collection' : tellStep(step)}:\n${error.message}`;
    }
  }

  async #step(step: Step): Promise<void> {
    switch (step.type) {
      case 'edit': {
        const { actor, model, to } = step;
        const files = { ...this.#world.files, [actor]: { ...(this.#world.files[actor] ?? none()), [model]: to } };
        this.#world = { ...this.#world, files };
        return;
      }
      case 'deliver':
        this.#world = { ...this.#world, delivered: { ...this.#world.delivered, [step.source]: step.to } };
        this.#pair.write(this.#directory, sourceFile(step.source, step.to));
        return;
      case 'command':
        return step.fault === null ? this.#alone(step) : this.#disturbed(step, step.fault);
      case 'meanwhile':
        return this.#meanwhile(step);
    }
  }

  #job({ command, ahead }: Attempt, rest: Partial<Job> = {}): Job {
    this.commands += 1;
    if (command.type === 'apply')
      for (const model of MODELS)
        this.#pair.write(this.#directory, modelFile(model, this.#world.files[command.actor]?.[model] ?? null));
    return { directory: this.#directory, operation: operationOf(command), ahead, ...rest };
  }

  /** Nothing happens to the command: it does what the model says, or is refused as the model says. */
  async #alone(attempt: Attempt): Promise<void> {
    const { command } = attempt;
    const outcome = await this.#helper.do(this.#job(attempt));
    const answer = perform(this.#world, command);
    if (answer.type === 'refused') {
      const told = outcome.type === 'failed' ? outcome.codes.join() : outcome.type;
      if (told !== answer.code)
        throw new Wrong(`refused with ${answer.code} by the model, but ${tellOutcome(outcome)}`);
    } else if (outcome.type !== 'done' || outcome.exit !== 0) throw new Wrong(tellOutcome(outcome));
    const look = await this.#explained([{ command, did: answer.type === 'done' ? 'yes' : 'no' }]);
    if (command.type === 'collect') this.#refuseLeftovers(look);
    if (command.type === 'apply') await this.#planAgain(attempt);
  }

  async #planAgain(attempt: Attempt): Promise<void> {
    const again = await this.#helper.do(this.#job(attempt));
    if (again.type !== 'done' || again.changes) throw new Wrong(`the second plan is not empty: ${tellOutcome(again)}`);
  }

  async #disturbed(attempt: Attempt, fault: NonNullable<Job['fault']>): Promise<void> {
    const victim = this.#start();
    const outcome = await victim.do(this.#job(attempt, { fault }));
    await victim.end();
    if (outcome.type === 'failed' && outcome.exit === null) throw new Wrong(tellOutcome(outcome));
    const did = outcome.type === 'done' && outcome.exit === 0 ? 'yes' : 'unknown';
    await this.#settled([{ command: attempt.command, did }]);
  }

  async #meanwhile(step: Extract<Step, { type: 'meanwhile' }>): Promise<void> {
    const sleeper = this.#start();
    const stopped = await sleeper.stops(this.#job(step, { fault: step.fault }));
    const given: Given[] = [];
    if (!stopped) given.push(givenOf(step.command, await sleeper.outcome()));
    // Where the sleeper has the warehouse's file, nobody gets in.
    for (const other of step.others)
      given.push(givenOf(other.command, await this.#helper.do(this.#job(other, { wait: 0 }))));
    if (stopped) {
      sleeper.wake();
      given.push(this.#woken(step.command, await sleeper.outcome()));
    }
    await sleeper.end();
    await this.#settled(given);
  }

  /** Somebody may have finished what it had published before it slept in. */
  #woken(command: Command, outcome: Outcome): Given {
    const given = givenOf(command, outcome);
    return given.did === 'no' ? { command, did: 'unknown' } : given;
  }

  /** Somebody who cannot read is a finding, too. */
  async #look(): Promise<Look> {
    try {
      return await this.#helper.look(this.#directory);
    } catch (error) {
      throw new Wrong(String(error));
    }
  }

  /** Readers see a whole revision before anybody settles anything; then somebody does. */
  async #settled(given: readonly Given[]): Promise<void> {
    const before = seenIn(await this.#look()).views;
    const worlds = worldsAfter(this.#world, given);
    if (!worlds.some((one) => isDeepStrictEqual(seenOf(one).views, before)))
      throw new Wrong(`no order explains the views: ${JSON.stringify(before)}\n${tellGiven(given)}`);
    const settling = { type: 'collect', keep: FOR_EVER } as const;
    const outcome = await this.#helper.do({ directory: this.#directory, operation: settling });
    if (outcome.type !== 'done' || outcome.exit !== 0) throw new Wrong(`the next gc: ${tellOutcome(outcome)}`);
    await this.#explained(given);
  }

  /** What is seen must follow from the commands in some order; that becomes the world. */
  async #explained(given: readonly Given[]): Promise<Look> {
    const look = await this.#look();
    const worlds = worldsAfter(this.#world, given);
    const found = worldSeen(worlds, look);
    if (found === null) {
      const models = worlds.map((one) => `  ${JSON.stringify(seenOf(one))}`).join('\n');
      throw new Wrong(`no order explains\n  ${JSON.stringify(seenIn(look))}\nbut\n${models}\n${tellGiven(given)}`);
    }
    const wrong = [...unmarked(look), ...look.held.map((one) => `held: ${one}`)];
    if (wrong.length > 0) throw new Wrong(wrong.join('\n'));
    this.#world = withGone(found, look);
    return look;
  }

  async #collect(): Promise<void> {
    await this.#alone({ command: { type: 'collect' }, ahead: 0 });
  }

  #refuseLeftovers(look: Look): void {
    const found = look.builds.map(({ node }) => node).sort();
    const needed = neededBuilds(this.#world);
    const wrong = orphansYet(look);
    if (!isDeepStrictEqual(found, needed))
      throw new Wrong(`builds after gc: ${found.join()} instead of ${needed.join()}`);
    if (wrong.length > 0) throw new Wrong(wrong.join('\n'));
  }
}

function givenOf(command: Command, outcome: Outcome): Given {
  if (outcome.type === 'failed' && outcome.exit === null) throw new Wrong(tellOutcome(outcome));
  if (outcome.type === 'killed') throw new Wrong(`${command.type} died`);
  return { command, did: outcome.type === 'done' && outcome.exit === 0 ? 'yes' : 'no' };
}

const tellOutcome = (outcome: Outcome): string =>
  JSON.stringify(outcome.type === 'killed' ? outcome : { ...outcome, calls: undefined });

const tellGiven = (given: readonly Given[]): string =>
  given.map(({ command, did }) => `${JSON.stringify(command)}: ${did}`).join('\n');
