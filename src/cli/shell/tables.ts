import type { EnvironmentView, Workspace } from '../../workspace/contract.ts';
import type { Column } from '../../model/facts.ts';
import { partsOf, type NodeName } from '../../model/ids.ts';
import { nearestName } from '../../model/nearest.ts';
import { printable } from '../../model/printable.ts';
import { problem, UserError } from '../../model/problems.ts';
import type { Style } from '../output/style.ts';
import { tableLines } from '../output/table.ts';

const names = (view: EnvironmentView): readonly NodeName[] =>
  view.nodes
    .filter(({ entry }) => entry.definition !== null)
    .map(({ entry }) => entry.node)
    .sort();

/** `.tables` */
export const tablesText = (view: EnvironmentView): string =>
  names(view)
    .map((name) => `${printable(name)}\n`)
    .join('');

/** `.schema NAME`, or of every node. */
export async function schemaText(
  workspace: Workspace,
  view: EnvironmentView,
  wanted: string | null,
  style: Style,
): Promise<string> {
  const parts: string[] = [];
  for (const name of chosen(names(view), wanted)) {
    const { columns } = await workspace.query(view.record.name, `SELECT * FROM ${quoted(name)} LIMIT 0`);
    parts.push(columnsText(name, columns, style));
  }
  return parts.join('\n');
}

function chosen(known: readonly NodeName[], wanted: string | null): readonly NodeName[] {
  if (wanted === null) return known;
  const folded = wanted.replaceAll('"', '').toLowerCase();
  const found = known.filter((name) => name.toLowerCase() === folded || partsOf(name).name.toLowerCase() === folded);
  if (found.length > 0) return found;
  const near = nearestName(wanted, known);
  throw new UserError(
    problem('node-unknown', `There is no node \`${printable(wanted)}\` here.`, {
      hint: near === null ? '.tables lists them' : `did you mean \`${near}\`?`,
    }),
  );
}

function quoted(name: NodeName): string {
  const parts = partsOf(name);
  return [parts.schema, parts.name].map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}

function columnsText(name: NodeName, columns: readonly Column[], style: Style): string {
  const rows = columns.map((column) => [printable(column.name), column.type]);
  const head = [
    { head: printable(name), align: 'left' },
    { head: 'type', align: 'left' },
  ] as const;
  return tableLines(head, rows, style)
    .map((line) => `${line}\n`)
    .join('');
}
