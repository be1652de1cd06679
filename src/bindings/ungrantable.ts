import { problem, type Problem } from '../model/problems.ts';
import type { BoundProject } from './bind.ts';

/** What a project grants where there is nobody to grant it to. */
export function ungrantable({ nodes, declaration }: Pick<BoundProject, 'nodes' | 'declaration'>): readonly Problem[] {
  const grants = [...(declaration?.grants ?? []), ...[...nodes.values()].flatMap((node) => node.grants ?? [])];
  return grants.map(({ role, at }) =>
    problem('grants-unsupported', `Nothing can be granted to \`${role}\`: this warehouse has no roles.`, {
      at,
      hint: 'Leave `grants` out, or use a warehouse that has roles, such as PostgreSQL.',
    }),
  );
}
