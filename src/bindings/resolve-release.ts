import { printable } from '../model/printable.ts';
import { problem, warning, type Problem } from '../model/problems.ts';
import type { WantedRelease } from '../model/facts.ts';
import type { ReleaseSelector } from '../model/references.ts';
import { isExact, piecesOf } from './release-selector.ts';
import { chooseRelease, type Choice, type Dropped, type Tag } from './releases.ts';

/** Tags that a message lists. */
const LISTED = 10;

/** Who asks for a release. */
type Asking = Omit<WantedRelease, 'selector'>;

/** A release that a selector came to, or why there is none. */
export interface FoundRelease {
  readonly tag: Tag | null;
  readonly problems: readonly Problem[];
}

/** Chooses the release that a reference stands for, and says what a person should know of the choice. Pure. */
export function releaseOf(binding: Asking, selector: ReleaseSelector, tags: readonly Tag[]): FoundRelease {
  const choice = chooseRelease(selector, tags);
  const said = { binding, selector, choice };
  if (choice.chosen === null) return { tag: null, problems: [unmatched(said)] };
  if (choice.rivals.length > 0) return { tag: null, problems: [ambiguous(said, choice.chosen)] };
  return { tag: choice.chosen, problems: nearMisses(said) };
}

interface Said {
  readonly binding: Asking;
  readonly selector: ReleaseSelector;
  readonly choice: Choice;
}

const subject = ({ binding }: Said): string => `\`${binding.reference}\` in \`${binding.environment}\``;

function unmatched(said: Said): Problem {
  const { binding, selector, choice } = said;
  const stable = isExact(selector.pattern) || selector.releases === 'all' ? '' : ' that is stable';
  const message = `No tag fits \`${selector.pattern}\`${stable}: ${subject(said)} has no release.`;
  const none = 'The repository has no tags here; in a shallow clone `git fetch --tags` brings them.';
  const hint =
    choice.dropped.length === 0
      ? none
      : `Seen: ${listed(sorted(choice.dropped), isExact(selector.pattern) ? named : whyNot)}.`;
  return problem('release-unmatched', message, { at: binding.at, hint });
}

function ambiguous(said: Said, chosen: Tag): Problem {
  const names = [chosen, ...said.choice.rivals].map(({ name }) => `\`${printable(name)}\``).join(' and ');
  const message = `${names} are one release by number, and of different commits: ${subject(said)} could be any.`;
  return problem('release-ambiguous', message, {
    at: said.binding.at,
    hint: 'Remove one of the tags, or name the one that is meant without a `*`.',
  });
}

function nearMisses(said: Said): readonly Problem[] {
  const near = isExact(said.selector.pattern) ? [] : said.choice.dropped.filter((one) => one.near);
  if (near.length === 0) return [];
  const message = `Tags that look like releases of ${subject(said)}, and do not fit \`${said.selector.pattern}\`: ${listed(sorted(near))}.`;
  return [warning('release-near-miss', message, { at: said.binding.at, hint: 'Were they meant? Then tag them anew.' })];
}

/** What was probably meant first, then the highest numbers. */
const sorted = (dropped: readonly Dropped[]): readonly Dropped[] =>
  [...dropped].sort((one, other) => Number(other.near) - Number(one.near) || firstNumber(other) - firstNumber(one));

const firstNumber = ({ tag }: Dropped): number => Number(piecesOf(tag.name).numbers[0] ?? -1);

function listed(dropped: readonly Dropped[], said: (one: Dropped) => string = whyNot): string {
  const shown = dropped.slice(0, LISTED).map(said);
  const more = dropped.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`and ${more} more`])].join('; ');
}

const named = ({ tag }: Dropped): string => `\`${printable(tag.name)}\``;
const whyNot = (one: Dropped): string => `${named(one)} ${printable(one.why)}`;
