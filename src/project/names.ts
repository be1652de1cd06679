import { nodeName, type NodeName } from '../model/ids.ts';
import { printable } from '../model/printable.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';

/** Schemas that are not the project's to write. */
const RESERVED_SCHEMAS = new Set(['bough', 'information_schema', 'pg_catalog', 'pg_temp', 'temp']);

/** What is wrong with one part of a name, to end the sentence "the name …"; null where nothing is. */
function faultOf(part: string): string | null {
  if (part === '') return 'has an empty part';
  if (part.trim() !== part) return 'has blanks around a part';
  if (printable(part) !== part) return 'holds a control character';
  return part.includes('.') ? 'holds more than one dot' : null;
}

/** The name of a node as the author wrote it; null, with the problem added, where it cannot be one. */
export function writtenName(written: string, at: Position, problems: Problem[]): NodeName | null {
  const dot = written.indexOf('.');
  const schema = written.slice(0, Math.max(dot, 0));
  const name = written.slice(dot + 1);
  const fault = dot === -1 ? 'has no schema' : (faultOf(schema) ?? faultOf(name));
  if (fault !== null) {
    const hint = 'A name has a schema and a name with one dot between them, like `analytics.orders`.';
    problems.push(problem('name-invalid', `The name \`${printable(written)}\` ${fault}.`, { at, hint }));
    return null;
  }
  return allowed(schema, name, at, problems);
}

function allowed(schema: string, name: string, at: Position, problems: Problem[]): NodeName | null {
  if (!RESERVED_SCHEMAS.has(schema.toLowerCase())) return nodeName(schema, name);
  const hint = 'Choose another schema.';
  problems.push(problem('name-invalid', `The schema of \`${schema}.${name}\` is reserved.`, { at, hint }));
  return null;
}

/** Names a node after its file: the schema is the last folder below the project's own, the name is the file. */
export function nameOfPath(path: string, at: Position, problems: Problem[]): NodeName | null {
  const [, ...below] = path.normalize('NFC').split('/');
  const file = below.pop() ?? '';
  const name = file.slice(0, file.lastIndexOf('.'));
  const schema = below.pop();
  if (schema === undefined) {
    const folder = path.slice(0, path.indexOf('/'));
    problems.push(
      problem('name-invalid', `\`${path}\` stands right under \`${folder}/\`, so that it has no schema.`, {
        at,
        hint:
          folder === 'seeds'
            ? `Move it to \`seeds/<schema>/${file}\`, or name it in models/ with \`kind: seed\` and \`file: ${path}\`.`
            : `Move it to \`${folder}/<schema>/${file}\`, or give it a \`name:\`.`,
      }),
    );
    return null;
  }
  const fault = faultOf(schema) ?? faultOf(name);
  if (fault === null) return allowed(schema, name, at, problems);
  const reason = fault.replace('more than one dot', 'a dot');
  const hint = 'Rename it, or give it a `name:`.';
  problems.push(problem('name-invalid', `The name that \`${printable(path)}\` gives ${reason}.`, { at, hint }));
  return null;
}
