import { mask } from '../../model/masking.ts';
import type { Node } from '../../model/node.ts';
import { problem, type Position, type Problem } from '../../model/problems.ts';

const HINT =
  'Only `credential:` of a connection takes secrets: it is asked for when a connection is made, and written nowhere.';

/** What names put into a node and what holds a secret: it would stand in SQL, plans and the state for everyone to read. */
export function exposedSecrets(node: Node, problems: Problem[]): void {
  const tell = (what: string, at: Position): void => {
    problems.push(problem('secret-exposed', `${what} of \`${node.name}\` holds a secret.`, { at, hint: HINT }));
  };
  if (node.kind === 'model') {
    for (const { name: parameter, at } of node.mentions ?? [])
      if (holdsSecret(String(node.parameters[parameter]))) tell(`The value \`${parameter}\``, at);
  } else if (node.kind === 'source' && holdsSecret(JSON.stringify(node.origin))) tell('The origin', node.at);
}

const holdsSecret = (text: string): boolean => mask(text) !== text;
