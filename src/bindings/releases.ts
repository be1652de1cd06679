import { nearestName } from '../model/nearest.ts';
import { fits, isExact, piecesOf, preReleaseWord, sameText, type Pieces, type Selector } from './release-selector.ts';

/** A tag of a repository, and the commit that it names in the end. */
export interface Tag {
  readonly name: string;
  readonly commit: string;
}

/** A tag that was not taken, and why, to end the sentence "the tag …". */
export interface Dropped {
  readonly tag: Tag;
  readonly why: string;
  /** Probably meant to match, and misspelt. */
  readonly near: boolean;
}

export interface Choice {
  /** The release with the highest number; null where none matches. */
  readonly chosen: Tag | null;
  /** Of the same number as the chosen one, at another commit. */
  readonly rivals: readonly Tag[];
  readonly dropped: readonly Dropped[];
}

/** Chooses among the tags of a repository. Pure: the same tags give the same choice, whatever their order. */
export function chooseRelease(selector: Selector, tags: readonly Tag[]): Choice {
  const dropped: Dropped[] = [];
  const candidates: Tag[] = [];
  for (const tag of [...tags].sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const refused = refusal(selector, tag.name);
    if (refused === null) candidates.push(tag);
    else dropped.push({ tag, ...refused });
  }
  candidates.sort((one, other) => byNumber(other.name, one.name) || bySpelling(selector, one.name, other.name));
  const [chosen = null] = candidates;
  const equals = chosen === null ? [] : candidates.filter((one) => byNumber(one.name, chosen.name) === 0);
  return { chosen, rivals: equals.filter((one) => one.commit !== chosen?.commit), dropped };
}

/** Numbers are compared as numbers, however long they are. */
export function byNumber(one: string, other: string): number {
  const left = piecesOf(one).numbers.map(BigInt);
  const right = piecesOf(other).numbers.map(BigInt);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [a, b] = [left[index] ?? -1n, right[index] ?? -1n];
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
}

/** Of two spellings of one release the selector's own comes first. */
const bySpelling = ({ pattern }: Selector, one: string, other: string): number =>
  Number(other[0] === pattern[0]) - Number(one[0] === pattern[0]) || (one < other ? -1 : 1);

function refusal(selector: Selector, tag: string): Pick<Dropped, 'why' | 'near'> | null {
  if (!fits(selector, tag)) return { why: difference(selector, tag), near: isNear(selector, tag) };
  const word = isExact(selector.pattern) || selector.releases === 'all' ? null : preReleaseWord(tag);
  return word === null ? null : { why: `is a pre-release (\`${word}\`), and only stable ones are taken`, near: false };
}

/** The first thing that keeps a tag from matching. */
function difference(selector: Selector, tag: string): string {
  if (isExact(selector.pattern)) return `is not \`${selector.pattern}\``;
  const [meant, found] = [piecesOf(selector.pattern), piecesOf(tag)];
  for (const [index, wanted] of meant.texts.entries()) {
    const text = found.texts[index];
    if (text === undefined) break;
    if (!sameText(wanted, text, index)) return textDifference(wanted, text, rest(found, index), index);
    const number = meant.numbers[index];
    const there = found.numbers[index];
    if (number === undefined && there !== undefined) return `goes on with \`${there}${rest(found, index + 1)}\``;
    if (number !== undefined && there !== undefined && number !== '*' && number !== there)
      return `has ${there} where ${number} must stand`;
  }
  return `has ${found.numbers.length} numbers, not ${meant.numbers.length}`;
}

function textDifference(wanted: string, text: string, after: string, index: number): string {
  if (wanted === '') return index === 0 ? `starts with \`${text}\`` : `goes on with \`${after}\``;
  if (text === '') return `has no \`${wanted}\`${index === 0 ? ' in front' : ''}`;
  return `has \`${text}\` where \`${wanted}\` must stand`;
}

const rest = ({ texts, numbers }: Pieces, from: number): string =>
  texts.slice(from).reduce((all, text, index) => all + text + (numbers[from + index] ?? ''), '');

/** What is left of a name without its numbers, separators, letter case and leading `v`. */
const wordOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\d*._\-+/]+/g, '')
    .replace(/^v/, '');

/** Whether somebody who wrote this tag may have meant one that matches. */
function isNear(selector: Selector, tag: string): boolean {
  const { pattern } = selector;
  if (isExact(pattern)) return nearestName(pattern, [tag]) !== null;
  const [wanted, found] = [wordOf(pattern), wordOf(tag)];
  const apart = Math.abs(piecesOf(tag).numbers.length - piecesOf(pattern).numbers.length);
  if (wanted === found) return apart <= 1;
  return apart === 0 && wanted.length > 3 && nearestName(found, [wanted]) !== null;
}
