/** `1 row`, `2 rows`, `12,345 rows`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** `0.02 s`, `12.3 s`, `4 min 05 s`. */
export function seconds(value: number): string {
  if (value < 10) return `${value.toFixed(2)} s`;
  if (value < 100) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** An argument as a shell takes it. */
export const shellQuoted = (argument: string): string =>
  /^[\p{L}\p{N}_\-./:=@%+,]+$/u.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;

/** A command that can be copied into a shell. */
export const shellCommand = (...argumentsOf: readonly string[]): string =>
  ['bough', ...argumentsOf].map(shellQuoted).join(' ');
