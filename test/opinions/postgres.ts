import { loadModule, parseSync } from 'libpg-query';
import { isPlain, nodesOf, sortedSet, textAt, type Opinion, type Silence } from './opinion.ts';

/** PostgreSQL's own parser. It knows no tables, so it cannot tell what a star stands for. */
export async function postgres(): Promise<(sql: string) => Opinion | Silence> {
  await loadModule();
  return (sql) => {
    try {
      const tree: unknown = parseSync(sql);
      return { tables: tablesIn(tree), columns: columnsOf(tree) };
    } catch (error) {
      return { silent: error instanceof Error ? error.message : String(error) };
    }
  };
}

function tablesIn(tree: unknown): readonly string[] {
  const tables: string[] = [];
  const ctes = new Set<string>();
  for (const node of nodesOf(tree)) {
    const cte = textAt(node, 'CommonTableExpr', 'ctename');
    if (cte !== null) ctes.add(cte);
    const range = node['RangeVar'];
    if (!isPlain(range)) continue;
    const parts = [textAt(range, 'catalogname'), textAt(range, 'schemaname'), textAt(range, 'relname')];
    tables.push(
      parts
        .filter((part) => part !== null)
        .join('.')
        .toLowerCase(),
    );
  }
  return sortedSet(tables.filter((table) => !ctes.has(table)));
}

/** The branch of a set operation that gives the names, or the query itself. */
function firstSelect(tree: unknown): unknown {
  let select: unknown = null;
  for (const node of nodesOf(tree)) {
    if (isPlain(node['SelectStmt'])) {
      select = node['SelectStmt'];
      break;
    }
  }
  while (isPlain(select) && isPlain(select['larg'])) select = select['larg'];
  return select;
}

function columnsOf(tree: unknown): Opinion['columns'] {
  const select = firstSelect(tree);
  const targets = isPlain(select) ? select['targetList'] : null;
  if (!Array.isArray(targets)) return null;
  const names = targets.map((target: unknown) => {
    const named = textAt(target, 'ResTarget', 'name');
    const fields = isPlain(target) ? columnFields(target) : null;
    return named ?? fields;
  });
  return names.includes('*') ? null : names;
}

/** The name of a column that is mentioned as it is; `*` for a star; null for anything else. */
function columnFields(target: Readonly<Record<string, unknown>>): string | null {
  const value = isPlain(target['ResTarget']) ? target['ResTarget']['val'] : null;
  const fields = isPlain(value) && isPlain(value['ColumnRef']) ? value['ColumnRef']['fields'] : null;
  if (!Array.isArray(fields)) return null;
  const last: unknown = fields.at(-1);
  return isPlain(last) && 'A_Star' in last ? '*' : textAt(last, 'String', 'sval');
}
