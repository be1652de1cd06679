import type { Wiring } from '../../model/environments.ts';
import type { EnvironmentName } from '../../model/ids.ts';
import type { Finding, Rule } from '../rule.ts';

type Step = Wiring['promotion'][number];

/** Why code cannot go from one step of the path to the next; null where it can, or where another rule tells of the step. */
function obstacle(from: EnvironmentName, to: EnvironmentName, { environments }: Wiring): Omit<Finding, 'at'> | null {
  const [source, target] = [environments.get(from), environments.get(to)];
  if (source === undefined || target === undefined) return null;
  if (source.base !== null) {
    if (source.base === to) return null;
    const message = `\`${from}\` is a branch of \`${source.base}\`, and its code goes there, not to \`${to}\`.`;
    return {
      message,
      hint: `Make \`${from}\` a root with \`base: none\`, or let the path lead over \`${source.base}\`.`,
    };
  }
  if (target.base === null) return null;
  const message = `\`${from}\` is a root, and \`${to}\` a branch of \`${target.base}\`: code goes from roots to roots.`;
  return { message, hint: `Make \`${to}\` a root with \`base: none\`, or take it out of the path.` };
}

const twice = ({ name, at }: Step, path: readonly Step[]): readonly Finding[] =>
  path.find((one) => one.name === name)?.at === at
    ? []
    : [{ message: `\`${name}\` stands in the promotion path twice.`, at, hint: 'Name each step once.' }];

export const promotionImpossible: Rule = {
  id: 'promotion-impossible',
  severity: 'error',
  summary: 'Code can go from each step of the promotion path to the next.',
  why: 'A branch goes to its base, a root to another root. A path that says something else would be found out at a release.',
  find: ({ project }) => {
    const { wiring } = project.config;
    const { promotion } = wiring;
    return promotion.flatMap((step, index) => {
      const next = promotion[index + 1];
      const found = next === undefined ? null : obstacle(step.name, next.name, wiring);
      return [...twice(step, promotion), ...(found === null ? [] : [{ ...found, at: step.at }])];
    });
  },
};
