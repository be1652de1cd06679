import { isDeepStrictEqual } from 'node:util';
import type { Look } from '../../support/look.ts';
import { perform } from './oracle.ts';
import type { Command } from './steps.ts';
import { BASE, headOf, inherited, lineOf, ownNames, readersSee, type World } from './world.ts';

/** A command that was given, and what is known of how it ended. */
export interface Given {
  readonly command: Command;
  /** `unknown`: its process died, or its answer was lost. */
  readonly did: 'yes' | 'no' | 'unknown';
}

/** What an observer sees of a world: readers, views and history. */
export interface Seen {
  readonly readers: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly views: Readonly<Record<string, readonly string[]>>;
  readonly history: Readonly<Record<string, readonly string[]>>;
}

const living = (world: World): readonly string[] =>
  Object.keys(world.lines).filter((environment) => headOf(world, environment) !== null);

export function seenOf(world: World): Seen {
  const readers: Record<string, Record<string, readonly string[]>> = {};
  const views: Record<string, readonly string[]> = {};
  for (const environment of living(world)) {
    const head = headOf(world, environment);
    if (head === null) continue;
    const rows = readersSee(world, head);
    readers[environment] = Object.fromEntries(Object.entries(rows).map(([name, text]) => [name, [text]]));
    for (const name of ownNames(world, head))
      views[environment === BASE ? name : `${environment}_${name}`] = [rows[name] ?? '?'];
  }
  const lines = Object.keys(world.lines).map((environment) => [
    environment,
    lineOf(world, environment).map(({ number, kind }) => `${number} ${kind}`),
  ]);
  return { readers, views, history: Object.fromEntries(lines) };
}

/** A row as an engine shows it, without what the engines show differently. */
function valueOf(row: string): string {
  const parsed: unknown = JSON.parse(row);
  return String(Object.values(parsed as object)[0]);
}

export function seenIn(look: Look): Seen {
  const plain = (rows: readonly string[]): readonly string[] => rows.map(valueOf);
  const readers = Object.entries(look.environments).map(([environment, nodes]) => [
    environment,
    Object.fromEntries(Object.entries(nodes).map(([name, rows]) => [name, plain(rows)])),
  ]);
  const history = Object.entries(look.history).map(([environment, line]) => [
    environment,
    line.map(([number, kind]) => `${number} ${kind}`),
  ]);
  return {
    readers: Object.fromEntries(readers),
    views: Object.fromEntries(Object.entries(look.views).map(([name, rows]) => [name, plain(rows)])),
    history: Object.fromEntries(history),
  };
}

/** Every order in which the commands can have happened, one after the other, or not at all. */
function* orders(given: readonly Given[]): Generator<readonly Command[]> {
  if (given.every(({ did }) => did !== 'yes')) yield [];
  for (const [index, { command, did }] of given.entries()) {
    if (did === 'no') continue;
    for (const rest of orders(given.filter((_, at) => at !== index))) yield [command, ...rest];
  }
}

function inOrder(world: World, commands: readonly Command[]): World | null {
  let at = world;
  for (const command of commands) {
    const answer = perform(at, command);
    if (answer.type === 'refused') return null;
    at = answer.world;
  }
  return at;
}

/** The worlds that there can be after these commands. */
export const worldsAfter = (world: World, given: readonly Given[]): readonly World[] =>
  [...orders(given)].flatMap((order) => inOrder(world, order) ?? []);

/** The one of the worlds that is what was seen; null where none is. */
export const worldSeen = (worlds: readonly World[], look: Look): World | null =>
  worlds.find((one) => isDeepStrictEqual(seenOf(one), seenIn(look))) ?? null;

/** Which revisions were collected is learnt by looking: it depends on the time of day. */
export function withGone(world: World, look: Look): World {
  const lines = Object.entries(world.lines).map(([environment, line]) => {
    const gone = new Set(look.gone[environment]);
    return [environment, line.map((one) => ({ ...one, gone: gone.has(one.number) }))];
  });
  return { ...world, lines: Object.fromEntries(lines) };
}

/** Builds by node, as a collection that keeps nothing leaves them: what heads and their branch points reach. */
export function neededBuilds(world: World): readonly string[] {
  const needed = new Set<string>();
  for (const environment of living(world)) {
    const head = headOf(world, environment);
    if (head === null) continue;
    for (const [name, text] of Object.entries(readersSee(world, head))) needed.add(`${name} ${text}`);
    if (head.base === null) continue;
    const point = { ...head, own: inherited(world, head.base) };
    for (const [name, text] of Object.entries(readersSee(world, point))) needed.add(`${name} ${text}`);
  }
  return [...needed].map((one) => one.split(' ')[0] ?? '').sort();
}
