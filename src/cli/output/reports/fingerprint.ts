import { createHash } from 'node:crypto';
import type { Problem } from '../../../model/problems.ts';

/** Other places are named as `file:line:column` in messages. */
const withoutLines = (message: string): string => message.replaceAll(/:\d+(?::\d+)?|\bline \d+/g, '');

/**
 * A name for each problem that stays as it is while the lines around it move: of its code, its file and its message;
 * several that are alike are counted from the top.
 */
export function fingerprints(problems: readonly Problem[]): readonly string[] {
  const seen = new Map<string, number>();
  return problems.map(({ code, message, at }) => {
    const identity = JSON.stringify([code, at?.file ?? null, withoutLines(message)]);
    const count = seen.get(identity) ?? 0;
    seen.set(identity, count + 1);
    return createHash('sha256').update(`${identity}${count}`).digest('hex').slice(0, 32);
  });
}
