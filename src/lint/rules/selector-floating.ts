import { isExact } from '../../bindings/release-selector.ts';
import type { Rule } from '../rule.ts';

export const selectorFloating: Rule = {
  id: 'selector-floating',
  severity: 'warning',
  summary: 'Production names a release; a selector with `*` takes whatever is tagged next.',
  why: 'Whoever pushes a tag would deploy to production, without a plan that anybody saw.',
  find: ({ environments }) =>
    environments
      .filter(({ declaration }) => declaration?.status === 'production')
      .flatMap(({ bindings }) => [...bindings.values()])
      .flatMap(({ reference, environment, bound, at }) =>
        bound.kind !== 'release' || isExact(bound.selector.pattern)
          ? []
          : [
              {
                message: `\`${reference}\` of \`${environment}\` is \`${bound.selector.pattern}\`: the next tag that fits is production.`,
                at,
                hint: 'Name the tag, or see what it stands for now: bough resolve.',
              },
            ],
      ),
};
