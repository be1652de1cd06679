import { positionIn } from '../../model/position.ts';
import type { Rule } from '../rule.ts';

export const selectStar: Rule = {
  id: 'select-star',
  severity: 'warning',
  summary: 'A table lists its columns; its query does not end in a `*` over a table.',
  why:
    'Whatever is added upstream becomes part of what the table promises to its readers, and every change of a column there ' +
    'builds it anew. Views are left alone, and so is a `*` over a CTE or subquery that lists its columns.',
  find: ({ queries }) =>
    queries.flatMap(({ node, sql, outline }) =>
      node.kind !== 'model' || node.materialized === 'view' || node.sql !== sql
        ? []
        : outline.stars.map(({ start }) => ({
            message: `\`${node.name}\` has whatever columns its input has: its query ends in \`*\`.`,
            at: positionIn(sql, start),
            hint: 'List the columns.',
          })),
    ),
};
