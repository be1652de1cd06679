import type { EnvironmentName } from '../../model/ids.ts';
import type { Rule } from '../rule.ts';

export const environmentCircle: Rule = {
  id: 'environment-circle',
  severity: 'error',
  summary: 'Bases lead to a root.',
  why: 'An environment takes its facts from its base; in a circle nobody has any.',
  find: ({ project }) => {
    const { environments } = project.config.wiring;
    return [...environments.values()].flatMap(({ name, at }) => {
      const path: EnvironmentName[] = [];
      for (let next: EnvironmentName | null = name; next !== null; next = environments.get(next)?.base ?? null) {
        path.push(next);
        if (path.indexOf(next) === path.length - 1) continue;
        // Told once, at the environment with which the circle begins and ends.
        if (next !== name || path.some((one) => one < name)) return [];
        const hint = 'Make one of them a root: `base: none`.';
        return [{ message: `These environments are each other's base: ${path.join(' → ')}.`, at, hint }];
      }
      return [];
    });
  },
};
