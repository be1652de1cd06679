import type { Rule } from '../rule.ts';

export const environmentDuplicate: Rule = {
  id: 'environment-duplicate',
  severity: 'error',
  summary: 'No two environments differ in letter case alone.',
  why: 'Engines compare names without letter case: the views of the two would meet.',
  find: ({ project }) => {
    const first = new Map<string, string>();
    return [...project.config.wiring.environments.values()].flatMap(({ name, at }) => {
      const folded = name.toLowerCase();
      const earlier = first.get(folded);
      if (earlier === undefined) first.set(folded, name);
      return earlier === undefined
        ? []
        : [{ message: `\`${name}\` and \`${earlier}\` differ in letter case alone.`, at, hint: 'Rename one of them.' }];
    });
  },
};
