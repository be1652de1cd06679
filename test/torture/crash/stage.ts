import type { Actor, Outcome } from '../../support/actors.ts';
import type { Look } from '../../support/look.ts';
import { isOperation, succeed } from '../../support/projects.ts';
import type { Server } from '../../support/postgres/server.ts';
import type { Pair } from '../pairs.ts';
import { Outlet } from './outlet.ts';
import { isExported, isKilled, type Killed, type Preparation, type Scenario } from './scenarios.ts';

/** A scenario, played once without faults. */
export interface Played {
  readonly scenario: Scenario;
  readonly pair: Pair;
  /** The project just before the command that is hit. */
  readonly template: string;
  readonly calls: readonly string[];
  readonly before: Look;
  readonly after: Look;
  /** After a collection that keeps nothing but what heads need. */
  readonly tidy: Look;
  /** Where it exports to, and what is there before and after; null where it does not. */
  readonly exports: {
    readonly outlet: Outlet;
    readonly before: readonly string[];
    readonly after: readonly string[];
  } | null;
}

/** Makes a project and brings it to where the command comes. */
export async function prepare(
  before: Preparation,
  pair: Pair,
  start: () => Actor,
  actor: Actor,
  outlet: Outlet | null = null,
): Promise<string> {
  const directory = await pair.make();
  for (const step of before) {
    if (isOperation(step)) await succeed(actor, directory, step);
    else if (isKilled(step)) await kill(step, directory, start);
    else if (isExported(step)) pair.write(directory, outlet?.files(step.exported) ?? {});
    else pair.write(directory, step);
  }
  return directory;
}

async function kill({ killed, after }: Killed, directory: string, start: () => Actor): Promise<void> {
  const fault = { of: after, call: 1, side: 'after', does: 'kill' } as const;
  const outcome = await alone(start, (one) => one.do({ directory, operation: killed, fault }));
  if (outcome.type !== 'killed') throw new Error(`${after} is not called: ${JSON.stringify(outcome)}`);
}

/** Plays a scenario to its end, to see what there is to be hit, and what must be there afterwards. */
export async function play(scenario: Scenario, pair: Pair, start: () => Actor, server: Server): Promise<Played> {
  const actor = start();
  const outlet = scenario.before.some(isExported) ? await Outlet.make(server) : null;
  const template = await prepare(scenario.before, pair, start, actor, outlet);
  const before = await actor.look(template);
  const exported = await outlet?.rows();
  await outlet?.keep();
  if (scenario.older === true) await pair.older(template);
  const directory = await pair.copy(template);
  const done = await alone(start, (one) => one.do({ directory, operation: scenario.operation, deep: true }));
  if (done.type !== 'done' || done.exit !== 0) throw new Error(`${scenario.name}: ${JSON.stringify(done)}`);
  const after = await actor.look(directory);
  await succeed(actor, directory, { type: 'collect', keep: 0 });
  const tidy = await actor.look(directory);
  await actor.end();
  await pair.drop(directory);
  const exports = outlet === null ? null : { outlet, before: exported ?? [], after: await outlet.rows() };
  return { scenario, pair, template, calls: done.calls, before, after, tidy, exports };
}

/** What is watched as deep as this is watched in a process that ends then. */
async function alone(start: () => Actor, job: (actor: Actor) => Promise<Outcome>): Promise<Outcome> {
  const actor = start();
  const outcome = await job(actor);
  await actor.end();
  return outcome;
}
