import { isDeepStrictEqual } from 'node:util';
import { MODELS, SOURCES, type Model } from './graph.ts';
import type { Command } from './steps.ts';
import {
  ancestry,
  BASE,
  bornAfter,
  headOf,
  inherited,
  lineOf,
  placeOf,
  revisionOf,
  says,
  seen,
  versionIn,
  type Code,
  type Data,
  type Placed,
  type Revision,
  type World,
} from './world.ts';

/** What a command does to the world, or the code of the problem that it is refused with. */
export type Answer =
  | { readonly type: 'done'; readonly world: World; readonly moved: boolean }
  | { readonly type: 'refused'; readonly code: string };

const refused = (code: string): Answer => ({ type: 'refused', code });

interface Wanted {
  readonly kind: Revision['kind'];
  readonly code: Code;
  readonly data: Data;
  readonly base: number | null;
  readonly from?: Revision['from'];
  readonly standsAt?: number;
}

/** Of the wanted code, what the branch point does not say already. */
function ownOf(world: World, { code, data, base }: Wanted, head: Revision | null): Code {
  if (base === null) return code;
  const point = revisionOf(world, BASE, base);
  const below = inherited(world, base);
  const own: Partial<Record<Model, Placed>> = {};
  for (const model of MODELS) {
    const placed = code[model];
    if (placed === undefined || says(model, code, data) === says(model, below, point.data)) continue;
    const was = head?.own[model];
    const same = was?.version === placed.version;
    own[model] =
      same && says(model, code, data) === says(model, seen(world, head ?? point), (head ?? point).data) ? was : placed;
  }
  return own;
}

const content = (own: Code): unknown => MODELS.map((model) => own[model]?.version);

/** Writes a revision where anything moves. */
function written(world: World, environment: string, wanted: Wanted): Answer {
  const head = headOf(world, environment);
  const line = lineOf(world, environment);
  const own = ownOf(world, wanted, head);
  const still =
    head !== null &&
    head.base === wanted.base &&
    isDeepStrictEqual(content(head.own), content(own)) &&
    isDeepStrictEqual(head.data, wanted.data);
  if (still) return { type: 'done', world, moved: false };
  const { kind, data, base, from = null, standsAt = null } = wanted;
  const revision: Revision = { number: line.length + 1, kind, own, data, base, from, standsAt, gone: false };
  const lines = { ...world.lines, [environment]: [...line, revision] };
  return { type: 'done', world: { ...world, lines }, moved: true };
}

/** Today's data; the very delivery that a rollback left is not taken again. */
function fresh(world: World, head: Revision | null): Data {
  const taken = SOURCES.map((source) => {
    const was = head?.data[source];
    const at = world.delivered[source];
    return [source, was !== undefined && (was.left === at || was.at === at) ? was : { at, left: null }];
  });
  return Object.fromEntries(taken) as Data;
}

/** The newest revision of the base, but not the one that a rollback left. */
function nextPoint(world: World, environment: string, head: Revision): number | null {
  const line = lineOf(world, environment);
  let left = 0;
  for (let at = head.number; at > 0; at -= 1) {
    const { kind } = revisionOf(world, environment, at);
    if (kind === 'run' || kind === 'delete') break;
    if (kind === 'rollback') left = Math.max(left, line[placeOf(line, at - 1) - 1]?.base ?? 0);
  }
  const newest = headOf(world, BASE)?.number ?? 0;
  return newest > left ? newest : head.base;
}

/** A branch over a new branch point: what it changed itself stays, everything else follows. */
function rebased(world: World, head: Revision, point: number | null): Code {
  const [mine, before, after] = [seen(world, head), inherited(world, head.base), inherited(world, point)];
  const all = MODELS.map((model) => {
    const changed = versionIn(mine, model) !== versionIn(before, model);
    return [model, changed ? mine[model] : after[model]];
  });
  return Object.fromEntries(all.filter(([, placed]) => placed !== undefined)) as Code;
}

/** Definitions that a model had in an environment up to a revision, and in its base up to there. */
function past(world: World, environment: string, upTo: number, base: number | null, model: Model): Set<number | null> {
  const line = lineOf(world, environment);
  const versions = line
    .slice(bornAfter(line), upTo)
    .flatMap(({ own }) => (own[model] === undefined && environment !== BASE ? [] : [versionIn(own, model)]));
  const below = base === null ? [] : past(world, BASE, base, null, model);
  return new Set([...versions, ...below]);
}

/** The code of the files, but where they lag behind what a promotion, a rollback or a branch point brought. */
function applied(
  world: World,
  { environment, actor, takeBack }: Extract<Command, { type: 'apply' }>,
  { recorded, point }: { readonly recorded: Code; readonly point: number | null },
): Code {
  const head = headOf(world, environment);
  const made = head === null && point !== null;
  const code: Partial<Record<Model, Placed>> = {};
  for (const model of MODELS) {
    const file = world.files[actor]?.[model] ?? null;
    const was = recorded[model];
    const lags =
      !takeBack &&
      was !== undefined &&
      was.version !== file &&
      (made || was.by !== 'apply') &&
      past(world, environment, head?.number ?? 0, point, model).has(file);
    const kept = was?.version === file || lags ? was : undefined;
    if (kept !== undefined) code[model] = kept;
    else if (file !== null || was !== undefined) code[model] = { version: file, by: 'apply' };
  }
  return code;
}

function apply(world: World, command: Extract<Command, { type: 'apply' }>): Answer {
  const { environment, refresh } = command;
  const head = headOf(world, environment);
  if (environment === BASE) {
    const recorded = head === null ? {} : head.own;
    const code = applied(world, command, { recorded, point: null });
    const data = head === null || refresh ? fresh(world, head) : head.data;
    return written(world, environment, { kind: 'apply', code, data, base: null });
  }
  const point =
    head === null ? (headOf(world, BASE)?.number ?? null) : refresh ? nextPoint(world, environment, head) : head.base;
  if (point === null) throw new Error('a walk begins with its base');
  const recorded = head === null ? inherited(world, point) : refresh ? rebased(world, head, point) : seen(world, head);
  const code = applied(world, command, { recorded, point });
  return written(world, environment, { kind: 'apply', code, data: revisionOf(world, BASE, point).data, base: point });
}

function run(world: World, environment: string): Answer {
  const head = headOf(world, environment);
  if (head === null) return refused('environment-unknown');
  if (head.base === null)
    return written(world, environment, { kind: 'run', code: head.own, data: fresh(world, head), base: null });
  const base = nextPoint(world, environment, head) ?? head.base;
  const code = rebased(world, head, base);
  return written(world, environment, { kind: 'run', code, data: revisionOf(world, BASE, base).data, base });
}

/** What both sides grew from. */
function mergeBase(world: World, from: string, theirs: Revision, ours: Revision): Code {
  const fromLine = ancestry(lineOf(world, from), theirs);
  const toLine = ancestry(lineOf(world, BASE), ours);
  for (const [index, one] of fromLine.entries()) {
    if (toLine.some((to) => to.from?.environment === from && to.from.number === one.number)) return seen(world, one);
    const came = one.base !== null && one.base !== (fromLine[index + 1]?.base ?? null);
    if (came && toLine.some(({ number }) => number === one.base)) return inherited(world, one.base);
  }
  return inherited(world, theirs.base);
}

function promote(world: World, from: string): Answer {
  const theirs = headOf(world, from);
  const ours = headOf(world, BASE);
  if (theirs === null || ours === null) return refused('environment-unknown');
  const was = mergeBase(world, from, theirs, ours);
  const code: Partial<Record<Model, Placed>> = { ...ours.own };
  for (const model of MODELS) {
    const [before, there, here] = [was, seen(world, theirs), ours.own].map((one) => versionIn(one, model));
    if (there === here || there === before) continue;
    if (here !== before) return refused('merge-conflict');
    code[model] = { version: there ?? null, by: 'promote' };
  }
  const source = { environment: from, number: theirs.number };
  return written(world, BASE, { kind: 'promote', code, data: ours.data, base: null, from: source });
}

function rollback(world: World, { environment, to }: Extract<Command, { type: 'rollback' }>): Answer {
  const head = headOf(world, environment);
  if (head === null) return refused('environment-unknown');
  const line = lineOf(world, environment);
  const found = line[to - 1];
  if (found === undefined || found.kind === 'delete' || to <= bornAfter(line)) return refused('revision-unknown');
  const place = found.gone ? line[placeOf(line, to) - 1] : found;
  if (place === undefined || place.gone) return refused('revision-gone');
  const [now, then] = [seen(world, head), seen(world, place)];
  const code: Partial<Record<Model, Placed>> = {};
  for (const model of MODELS) {
    const [before, after] = [now[model], then[model]];
    if (after === undefined && before === undefined) continue;
    const same = versionIn(now, model) === versionIn(then, model);
    const kept = same ? (place.base === null ? before : after) : undefined;
    code[model] = kept ?? { version: after?.version ?? null, by: 'rollback' };
  }
  const data = place.base === null ? wentBack(head.data, place.data) : place.data;
  const standsAt = placeOf(line, place.number);
  return written(world, environment, { kind: 'rollback', code, data, base: place.base, standsAt });
}

function wentBack(now: Data, then: Data): Data {
  const all = SOURCES.map((source) => {
    const [left, at] = [now[source], then[source]];
    return [source, left.at === at.at ? left : { at: at.at, left: left.at }];
  });
  return Object.fromEntries(all) as Data;
}

function remove(world: World, environment: string): Answer {
  const head = headOf(world, environment);
  if (head === null) return refused('environment-unknown');
  const line = lineOf(world, environment);
  const last: Revision = { ...head, number: line.length + 1, kind: 'delete', from: null, standsAt: null, gone: false };
  return { type: 'done', world: { ...world, lines: { ...world.lines, [environment]: [...line, last] } }, moved: true };
}

/** What a command does to a world that nobody else is at work in. */
export function perform(world: World, command: Command): Answer {
  switch (command.type) {
    case 'apply':
      return apply(world, command);
    case 'run':
      return run(world, command.environment);
    case 'promote':
      return promote(world, command.environment);
    case 'rollback':
      return rollback(world, command);
    case 'delete':
      return remove(world, command.environment);
    case 'collect':
      return { type: 'done', world, moved: false };
  }
}
