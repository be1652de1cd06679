import type { ReleaseFact, ReleaseTaker, WantedRelease } from '../model/facts.ts';
import { refuse, type Problem } from '../model/problems.ts';
import { releaseOf } from './resolve-release.ts';
import { isAtHand, tagsOnce, type TagOptions } from './tags.ts';

/** Finds the tags of releases by git; each repository is asked once in a taking. */
export function releaseTaker(options: TagOptions): ReleaseTaker {
  const all = async (
    wanted: readonly WantedRelease[],
  ): Promise<{ readonly found: readonly ReleaseFact[]; readonly problems: readonly Problem[] }> => {
    const lookUp = tagsOnce(options);
    const found: ReleaseFact[] = [];
    const problems: Problem[] = [];
    for (const one of wanted) {
      const tags = await lookUp({ address: one.selector.repository, at: one.at });
      const release = tags.ok ? releaseOf(one, one.selector, tags.tags) : { tag: null, problems: [tags.problem] };
      problems.push(...release.problems);
      if (release.tag === null) continue;
      const { name: tag, commit } = release.tag;
      found.push({ selector: one.selector, tag, commit, avoid: null });
    }
    // A repository that cannot be read is one problem, however many ask it.
    return { found, problems: [...new Set(problems)] };
  };
  return {
    async take(wanted) {
      const { found, problems } = await all(wanted);
      refuse(problems);
      return { found, warnings: problems };
    },
    async glance(wanted) {
      return (await all(wanted.filter(({ selector }) => isAtHand(selector.repository, options.root)))).found;
    },
  };
}
