const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof UNITS;

/** What a user may write, for messages. */
export const DURATION_HINT = 'a number and a unit, as in `500ms`, `30s`, `2m`, `12h` or `7d`; or `0`';

/** Milliseconds of `30s`, `1h30m`, `7d` or `0`; null where the text is none of these. */
export function parseDuration(text: string): number | null {
  if (text === '0') return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/.test(text)) return null;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) {
    total += Number(count) * UNITS[unit as Unit];
  }
  return Number.isSafeInteger(Math.round(total)) ? Math.round(total) : null;
}
