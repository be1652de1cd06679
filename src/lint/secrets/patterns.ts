import { assignmentsIn } from './assignments.ts';
import { formsIn } from './forms.ts';
import type { Found } from './leak.ts';
import { isPlaceholder } from './placeholder.ts';

/** What is shorter is no secret that could be told from a word. */
export const SHORTEST = 6;

/** Secrets that Bough knows by itself. */
export function ownPatterns(path: string, text: string): readonly Found[] {
  const found = [...formsIn(path, text), ...assignmentsIn(path, text)];
  return found.filter(({ value }) => value.length >= SHORTEST && !isPlaceholder(value));
}
