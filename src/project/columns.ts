import type { Audit, DeclaredColumn } from '../model/node.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { z } from 'zod';
import type { columnAuditSchema, WrittenColumns } from './schemas.ts';
import type { Path, YamlDocument } from '../files/yaml.ts';

export interface Columns {
  readonly columns: readonly DeclaredColumn[];
  readonly audits: readonly Audit[];
}

interface Entry {
  readonly name: string;
  readonly path: Path;
  readonly type: string | null;
  readonly description: string | null;
  readonly audits: readonly z.infer<typeof columnAuditSchema>[];
}

/** Declared columns, and the audits that stand beside them. */
export function columnsOf(written: WrittenColumns | undefined, document: YamlDocument, problems: Problem[]): Columns {
  const entries = entriesOf(written ?? {});
  checkDuplicates(entries, document, problems);
  return {
    columns: entries.map(({ name, type, description }) => ({ name, type, description })),
    audits: entries.flatMap((entry) =>
      entry.audits.map((audit, index) => columnAudit(audit, entry, [...entry.path, 'audits', index], document)),
    ),
  };
}

function entriesOf(written: WrittenColumns): readonly Entry[] {
  if (Array.isArray(written)) return written.map((column, index) => entryOf(column.name, column, ['columns', index]));
  return Object.entries(written).map(([name, column]) =>
    entryOf(name, typeof column === 'string' ? { type: column } : (column ?? {}), ['columns', name]),
  );
}

type Details = Exclude<Extract<WrittenColumns, readonly unknown[]>[number], never>;

const entryOf = (name: string, details: Omit<Details, 'name'>, path: Path): Entry => ({
  name,
  path,
  type: details.type ?? null,
  description: details.description ?? null,
  audits: details.audits ?? [],
});

function columnAudit(
  written: z.infer<typeof columnAuditSchema>,
  { name }: Entry,
  path: Path,
  document: YamlDocument,
): Audit {
  const audit = typeof written === 'string' ? { [written]: true } : written;
  const common = { severity: audit.severity ?? 'error', at: document.at(path) } as const;
  if (audit.accepted_values !== undefined) {
    return { ...common, type: 'accepted_values', column: name, values: audit.accepted_values };
  }
  return { ...common, type: audit.unique === true ? 'unique' : 'not_null', columns: [name] };
}

function checkDuplicates(entries: readonly Entry[], document: YamlDocument, problems: Problem[]): void {
  const first = new Map<string, Entry>();
  for (const entry of entries) {
    const earlier = first.get(entry.name.toLowerCase());
    if (earlier === undefined) {
      first.set(entry.name.toLowerCase(), entry);
      continue;
    }
    const at = document.keyAt(entry.path);
    const { line } = document.keyAt(earlier.path);
    const hint = `Letter case makes no difference: \`${earlier.name}\` is declared in line ${line}.`;
    problems.push(problem('name-duplicate', `The column \`${entry.name}\` is declared twice.`, { at, hint }));
  }
}
