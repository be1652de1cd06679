import type { Event, Listener } from '../../model/events.ts';
import { printable } from '../../model/printable.ts';
import { eventLine } from './event-text.ts';
import type { Style } from './style.ts';
import { seconds } from './words.ts';

/** Shows events as they come; `stop` leaves the terminal as plain text wants it. */
export interface Progress {
  readonly listener: Listener;
  stop(): void;
}

/** One line for each thing that is over: for logs. */
export function plainProgress(write: (text: string) => void, style: Style): Progress {
  return {
    listener: (event) => {
      const line = eventLine(event, style);
      if (line !== null) write(`${line}\n`);
    },
    stop: () => {},
  };
}

/** What is going on now: node → when it started, in milliseconds. */
export interface Running {
  readonly started: ReadonlyMap<string, number>;
  readonly done: number;
  readonly total: number;
}

export const NOTHING_RUNNING: Running = { started: new Map(), done: 0, total: 0 };

export function running(now: number, before: Running, event: Event): Running {
  switch (event.type) {
    case 'build-started':
      return { ...before, total: event.total, started: new Map([...before.started, [event.node, now]]) };
    case 'build-finished':
    case 'build-awaited':
    case 'build-kept':
      return { started: without(before.started, event.node), done: event.done, total: event.total };
    case 'build-failed':
      return { ...before, started: without(before.started, event.node) };
    case 'waiting':
    case 'build-skipped':
    case 'audit-passed':
    case 'audit-failed':
    case 'published':
    case 'recovered':
    case 'export-started':
    case 'export-finished':
    case 'collected':
    case 'warned':
      return before;
  }
}

/** The lines that are drawn anew all the time. */
export function runningText(state: Running, now: number, style: Style): string {
  if (state.started.size === 0) return '';
  const lines = [...state.started].map(
    ([node, at]) => `${style.cyan('building')} ${printable(node)}  ${style.dim(seconds((now - at) / 1_000))}`,
  );
  return [...lines, style.dim(`${state.done} of ${state.total} done`)].join('\n');
}

const without = (map: ReadonlyMap<string, number>, key: string): ReadonlyMap<string, number> =>
  new Map([...map].filter(([name]) => name !== key));
