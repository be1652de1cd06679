import { closest, distance } from 'fastest-levenshtein';

/** The known name that was probably meant; null where none is close. Letter case alone is always close. */
export function nearestName(written: string, known: readonly string[]): string | null {
  const folded = written.toLowerCase();
  const alike = known.find((one) => one.toLowerCase() === folded);
  if (alike !== undefined) return alike;
  if (known.length === 0) return null;
  const candidate = closest(written, [...known]);
  const tolerated = Math.max(1, Math.min(3, Math.floor(written.length / 3)));
  return distance(written, candidate) <= tolerated ? candidate : null;
}
