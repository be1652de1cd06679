import type { BoundProject } from '../../bindings/bind.ts';
import { isExact, overlap } from '../../bindings/release-selector.ts';
import type { Binding, ReleaseSelector } from '../../model/references.ts';
import type { Rule } from '../rule.ts';

interface Selected {
  readonly binding: Binding;
  readonly selector: ReleaseSelector;
  readonly production: boolean;
}

const selectedIn = ({ bindings, declaration }: BoundProject): readonly Selected[] =>
  [...bindings.values()].flatMap((binding) =>
    binding.bound.kind === 'release'
      ? [{ binding, selector: binding.bound.selector, production: declaration?.status === 'production' }]
      : [],
  );

export const selectorOverlap: Rule = {
  id: 'selector-overlap',
  severity: 'warning',
  summary: 'No tag is a release for production and for another environment at once, by selectors with `*`.',
  why: 'A tag that was made for a test would be taken by production, too.',
  find: ({ environments }) => {
    const all = environments.flatMap(selectedIn);
    return all
      .filter(({ production }) => production)
      .flatMap(({ binding, selector }) =>
        all
          .filter((other) => !other.production && other.binding.reference === binding.reference)
          .filter((other) => other.selector.repository === selector.repository)
          .filter((other) => !(isExact(selector.pattern) && isExact(other.selector.pattern)))
          .filter((other) => overlap(selector, other.selector))
          .map((other) => ({
            message: `One tag can be \`${binding.reference}\` of \`${binding.environment}\` (\`${selector.pattern}\`) and of \`${other.binding.environment}\` (\`${other.selector.pattern}\`).`,
            at: other.binding.at,
            hint: 'Give each its own suffix, as in `V*.*.*-prod` and `V*.*.*-dev`.',
          })),
      );
  },
};
