import type { ForeignVersion } from './node.ts';

const WORDS = ['content', 'live'] as const;

/** Whether a version has a meaning of its own, and is no query. */
export const isForeignWord = (version: string): boolean => WORDS.some((one) => one === version);

/** What the `version:` of a source in another database says as text. */
export function foreignVersionOf(version: string): ForeignVersion {
  const word = WORDS.find((one) => one === version);
  return word === undefined ? { type: 'query', query: version } : { type: word };
}
