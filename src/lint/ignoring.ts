import type { Problem } from '../model/problems.ts';
import { IGNORE_INCOMPLETE, IGNORE_UNUSED, unknownRule, type Fault } from './about-rules.ts';
import { ignoresIn, type Ignore, type Text } from './ignores.ts';

export interface Ignoring {
  /** What no comment ignores. */
  readonly kept: readonly Problem[];
  /** What is wrong with the comments themselves. */
  readonly faults: readonly Fault[];
}

const placeOf = (rule: string, file: string, line: number): string => `${rule} ${line} ${file}`;

function faultOf({ rule, reason, at }: Ignore): Fault | null {
  if (rule !== null && reason !== null) return unknownRule(rule, at);
  const missing = rule === null ? 'which rule, and why' : 'why';
  const hint = `Write \`bough-ignore ${rule ?? 'RULE'} the reason\`.`;
  return { rule: IGNORE_INCOMPLETE, finding: { message: `The comment does not say ${missing}.`, at, hint } };
}

/** Takes out of what rules found all that comments ask to ignore; and says which comments are wrong, or of no use. */
export function ignoring(found: readonly Problem[], texts: readonly Text[]): Ignoring {
  const ignores = texts.flatMap(ignoresIn).map((ignore) => ({ ignore, fault: faultOf(ignore) }));
  const active = new Map<string, Ignore>();
  for (const { ignore, fault } of ignores)
    if (fault === null) active.set(placeOf(ignore.rule ?? '', ignore.at.file, ignore.line), ignore);
  const used = new Set<Ignore>();
  const kept = found.filter(({ code, at }) => {
    const ignore = at === undefined ? undefined : active.get(placeOf(code, at.file, at.line));
    if (ignore !== undefined) used.add(ignore);
    return ignore === undefined;
  });
  const faults = ignores.flatMap(({ ignore, fault }) => fault ?? (used.has(ignore) ? [] : unused(ignore)));
  return { kept, faults };
}

const unused = ({ rule, at, line }: Ignore): Fault => ({
  rule: IGNORE_UNUSED,
  finding: { message: `\`${rule}\` finds nothing in line ${line}.`, at, hint: 'Remove the comment.' },
});
