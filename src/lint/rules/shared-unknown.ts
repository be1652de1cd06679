import { nearestName } from '../../model/nearest.ts';
import type { Rule } from '../rule.ts';

export const sharedUnknown: Rule = {
  id: 'shared-unknown',
  severity: 'warning',
  summary: 'A schema under `names: { shared: … }` is one that nodes are in.',
  why: 'Of a misspelt schema every branch would make views of its own, where all were meant to read the same ones.',
  find: ({ project }) => {
    const schemas = [...new Set([...project.nodes.keys()].map((name) => name.slice(0, name.lastIndexOf('.'))))];
    const known = new Set(schemas.map((schema) => schema.toLowerCase()));
    return project.config.naming.shared
      .filter(({ schema }) => !known.has(schema.toLowerCase()))
      .map(({ schema, at }) => {
        const near = nearestName(schema, schemas);
        const hint = near === null ? 'Remove it, or name a schema of the project.' : `Did you mean \`${near}\`?`;
        return { message: `No node is in the shared schema \`${schema}\`.`, at, hint };
      });
  },
};
