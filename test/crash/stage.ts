import { constants, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor, Operation } from '../support/actors.ts';
import type { Look } from '../support/look.ts';
import type { Fault } from '../support/trace.ts';
import type { Preparation, Scenario } from './scenarios.ts';
import { write } from '../support/shop.ts';

/** A scenario, played once without faults. */
export interface Played {
  readonly scenario: Scenario;
  /** The project just before the command that is hit. */
  readonly template: string;
  readonly calls: readonly string[];
  readonly before: Look;
  readonly after: Look;
  /** After a collection that keeps nothing but what heads need. */
  readonly tidy: Look;
}

const isOperation = (step: Preparation[number]): step is Operation => 'type' in step && typeof step.type === 'string';

/** Copies what stands before the fault, so that each point starts from the same project. */
export class Stage {
  readonly #folder = mkdtempSync(join(tmpdir(), 'bough-crash-'));
  #count = 0;

  copy(template: string): string {
    const directory = this.#next();
    cpSync(template, directory, { recursive: true, mode: constants.COPYFILE_FICLONE });
    return directory;
  }

  async play(scenario: Scenario, start: () => Actor): Promise<Played> {
    const actor = start();
    const template = this.#next();
    for (const step of scenario.before) {
      if (isOperation(step)) await succeed(actor, template, step);
      else write(template, step);
    }
    const before = await actor.look(template);
    const directory = this.copy(template);
    const counting = start();
    const done = await counting.do({ directory, operation: scenario.operation, files: true });
    await counting.end();
    if (done.type !== 'done' || done.exit !== 0) throw new Error(`${scenario.name}: ${JSON.stringify(done)}`);
    const after = await actor.look(directory);
    await succeed(actor, directory, { type: 'collect', keep: 0 });
    const tidy = await actor.look(directory);
    await actor.end();
    this.drop(directory);
    return { scenario, template, calls: done.calls, before, after, tidy };
  }

  drop(directory: string): void {
    rmSync(directory, { recursive: true, force: true });
  }

  clear(): void {
    this.drop(this.#folder);
  }

  #next(): string {
    this.#count += 1;
    return join(this.#folder, String(this.#count));
  }
}

async function succeed(actor: Actor, directory: string, operation: Operation): Promise<void> {
  const done = await actor.do({ directory, operation });
  if (done.type !== 'done' || done.exit !== 0) throw new Error(`${JSON.stringify(operation)}: ${JSON.stringify(done)}`);
}

/** Calls that leave something behind: in the state, in the warehouse, on the disk. */
const WRITES =
  /^(?:file\..*|engine\.open|session\.(?:build|drop|publish|raise|initialise|close)|state\.(?:tieWarehouse|startOperation|heartbeat|pin|claimBuild|finishBuild|bindBuild|recordFingerprints|discardBuild|recordAudits|acquireLease|writeIntent|commitIntent|abandonIntent|endOperation|garbageView|markGoing|forget|close))$/;

/** Both sides of every call that writes; with `all` of those that only read, too. */
export function pointsOf(calls: readonly string[], does: Fault['does'], all: boolean): readonly Fault[] {
  return calls.flatMap((name, index) =>
    all || WRITES.test(name)
      ? (['before', 'after'] as const).map((side): Fault => ({ call: index + 1, side, does }))
      : [],
  );
}
