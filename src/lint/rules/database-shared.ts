import { containerText } from '../../bindings/container.ts';
import type { Binding, Container } from '../../model/references.ts';
import type { Rule } from '../rule.ts';

/** What makes two containers one place; null where too little is said to tell. */
const placeOf = ({ type, host, port, database, path }: Container): string | null =>
  host === null && path === null ? null : JSON.stringify([type, host?.toLowerCase(), port, database, path]);

export const databaseShared: Rule = {
  id: 'database-shared',
  severity: 'error',
  summary: 'No database is production in one place and non-production in another.',
  why: 'A database that is production for one environment and a playground for another will be played with.',
  find: ({ environments }) => {
    const first = new Map<string, { readonly container: Container; readonly binding: Binding }>();
    return environments
      .flatMap(({ bindings }) => [...bindings.values()])
      .flatMap((binding) => {
        if (binding.bound.kind !== 'connection') return [];
        const { container } = binding.bound;
        const place = placeOf(container);
        if (place === null || container.status === null) return [];
        const earlier = first.get(place);
        if (earlier === undefined) first.set(place, { container, binding });
        if (earlier === undefined || earlier.container.status === container.status) return [];
        const { reference, environment } = earlier.binding;
        const message = `${containerText(container)} is ${container.status} here, and ${earlier.container.status} as \`${reference}\` in \`${environment}\`.`;
        return [{ message, at: binding.at, hint: 'One of them is wrong, or leads to the wrong database.' }];
      });
  },
};
