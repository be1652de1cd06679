/** Where the machine's clock is put when a story begins, so that each day is played the same again. */
const START = Date.UTC(2026, 2, 1, 10);
const DAY = 86_400_000;

const machine = Date.now.bind(Date);
let shift = 0;

/** From now on the clock stands at the start of a story, and goes on. */
export function startClock(): void {
  shift = START - machine();
}

export function passDay(): void {
  shift += DAY;
}

Date.now = () => machine() + shift;
globalThis.Date = new Proxy(Date, {
  construct: (real, parts, target) => Reflect.construct(real, parts.length === 0 ? [Date.now()] : parts, target),
});
