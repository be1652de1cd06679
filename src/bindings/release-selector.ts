import type { ReleaseSelector } from '../model/references.ts';

/** Which tags are meant, wherever they are looked up. */
export type Selector = Pick<ReleaseSelector, 'pattern' | 'releases'>;

/** A text cut into its numbers and what stands between them: texts and numbers take turns, texts first and last. */
export interface Pieces {
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
}

const STAR = '*';
/** What git allows in no tag, the star aside. */
const FORBIDDEN = /[\s~^:?[\\\p{Cc}]|\.\.|@\{|\/\/|^[-/.]|[/.]$|\.lock$/u;
const PRE_RELEASE = /(?:^|[^a-z])(alpha|beta|rc|pre|preview|prerelease|snapshot|nightly|canary|draft)(?![a-z])/i;

/** The word by which a text tells of a pre-release or draft; null where it does not. A channel such as `-prod` is neither. */
export const preReleaseWord = (text: string): string | null => PRE_RELEASE.exec(text)?.[1] ?? null;

/** A tag cut up; a pattern's stars count as numbers. */
export const piecesOf = (text: string): Pieces => ({
  texts: text.split(/\d+|\*/),
  numbers: text.match(/\d+|\*/g) ?? [],
});

/** Without a star it is that very tag. */
export const isExact = (pattern: string): boolean => !pattern.includes(STAR);

/** Why no tag can ever be meant by it, to end the sentence "the selector …"; null where one can. */
export function selectorFault({ pattern, releases }: Selector): string | null {
  if (pattern.trim() === '') return 'is empty';
  const strange = FORBIDDEN.exec(pattern)?.[0];
  if (strange !== undefined) return `holds ${strange.trim() === '' ? 'a blank' : `\`${strange}\``}, which no tag can`;
  if (/\*[\d*]|\d\*/.test(pattern)) return 'has a `*` right beside a digit or another `*`: each `*` is a whole number';
  const word = isExact(pattern) || releases === 'all' ? null : preReleaseWord(pattern);
  return word === null ? null : `takes stable releases only, and \`${word}\` means a pre-release: it can never match`;
}

/** Letter case counts, but for a leading `v`. */
export const sameText = (wanted: string, found: string, index: number): boolean =>
  wanted === found || (index === 0 && /^v$/i.test(wanted) && wanted.toLowerCase() === found.toLowerCase());

const isSameNumber = (one: string, other: string): boolean => one === other || one === STAR || other === STAR;

/** Whether one tag can be of both forms: two selectors that should not share releases then do. */
export function overlap(one: Selector, other: Selector): boolean {
  if (isExact(one.pattern) && isExact(other.pattern)) return one.pattern === other.pattern;
  const [left, right] = [piecesOf(one.pattern), piecesOf(other.pattern)];
  return (
    left.texts.length === right.texts.length &&
    left.texts.every((text, index) => sameText(text, right.texts[index] ?? '', index)) &&
    left.numbers.every((number, index) => isSameNumber(number, right.numbers[index] ?? ''))
  );
}

/** Whether a tag is of the selector's form; a pre-release that it must leave out can be. */
export const fits = (selector: Selector, tag: string): boolean => overlap(selector, { pattern: tag, releases: 'all' });
