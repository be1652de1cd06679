import type { NodeName } from '../model/ids.ts';
import type { Node } from '../model/node.ts';
import { problem, UserError, warning, type Problem } from '../model/problems.ts';
import { graphOf } from './graph.ts';
import type { Planning } from './planning.ts';
import type { Version } from './version.ts';

const SHOWN = 3;

/** Says where the files hold other code than the head; `run` does not look at them otherwise. null where they agree. */
export function filesDiffer(
  load: () => ReadonlyMap<NodeName, Node>,
  head: Version,
  planning: Planning,
): Problem | null {
  const { environment, revision } = head.ref;
  const uses = `the code of ${environment} revision ${revision} is used`;
  const hint = `To bring the code of the files in:\n  bough apply ${environment}`;
  try {
    const { graph, problems } = graphOf(load(), planning);
    if (problems.some((one) => one.severity === 'error')) throw new UserError(problem('files-differ', 'broken'));
    const locals = new Map([...graph.nodes].map(([name, node]) => [name, node.local]));
    const names = new Set([...locals.keys(), ...head.nodes.keys()]);
    const other = [...names].filter((name) => locals.get(name) !== head.nodes.get(name)?.entry.local).sort();
    if (other.length === 0) return null;
    const listed = other.slice(0, SHOWN).join(', ') + (other.length > SHOWN ? ` and ${other.length - SHOWN} more` : '');
    return warning('files-differ', `The files differ (${listed}); ${uses}.`, { hint });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return warning('files-differ', `The files have errors; ${uses}.`, { hint: 'See them:\n  bough check' });
  }
}
