import { closest, distance } from 'fastest-levenshtein';

/** The known name that was probably meant; null where none is close. Letter case alone is always close. */
export function nearestName(written: string, known: readonly string[]): string | null {
  const folded = written.toLowerCase();
  const alike = known.find((one) => one.toLowerCase() === folded);
  if (alike !== undefined) return alike;
  if (known.length === 0) return null;
  const candidate = closest(written, [...known]);
  const edits = distance(written, candidate);
  const tolerated = Math.max(1, Math.min(3, Math.floor(written.length / 3)));
  return edits <= tolerated || (edits === 2 && lettersOf(written) === lettersOf(candidate)) ? candidate : null;
}

/** Two letters that changed places are one mistake, though two edits. */
const lettersOf = (text: string): string => Array.from(text).sort().join('');
