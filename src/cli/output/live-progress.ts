import type { Writable } from 'node:stream';
import { createLogUpdate } from 'log-update';
import { eventLine } from './event-text.ts';
import { NOTHING_RUNNING, running, runningText, type Progress } from './progress.ts';
import type { Style } from './style.ts';

const REDRAW_MS = 200;

/** Progress on a terminal: what is over scrolls up, what is running is drawn anew below it. */
export function liveProgress(stream: Writable, style: Style): Progress {
  const area = createLogUpdate(stream);
  let state = NOTHING_RUNNING;
  const draw = (): void => area(runningText(state, Date.now(), style));
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();
  return {
    listener: (event) => {
      state = running(Date.now(), state, event);
      const line = eventLine(event, style);
      if (line !== null) {
        area.clear();
        stream.write(`${line}\n`);
      }
      draw();
    },
    stop: () => {
      clearInterval(timer);
      area.clear();
      area.done();
    },
  };
}
