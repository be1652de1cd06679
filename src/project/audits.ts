import type { Audit } from '../model/node.ts';
import type { Problem } from '../model/problems.ts';
import type { WrittenAudit } from './schemas.ts';
import { sqlTextAt } from './sql-text.ts';
import type { YamlDocument } from '../files/yaml.ts';

const listOf = (columns: string | readonly string[]): readonly string[] =>
  typeof columns === 'string' ? [columns] : columns;

/** The audits of a node, each with its place. The schema has seen to it that each says one thing. */
export const auditsOf = (
  written: readonly WrittenAudit[] | undefined,
  document: YamlDocument,
  problems: Problem[],
): readonly Audit[] => (written ?? []).map((audit, index) => auditOf(audit, index, document, problems));

function auditOf(written: WrittenAudit, index: number, document: YamlDocument, problems: Problem[]): Audit {
  const common = { severity: written.severity ?? 'error', at: document.at(['audits', index]) } as const;
  if (written.not_null !== undefined) return { ...common, type: 'not_null', columns: listOf(written.not_null) };
  if (written.unique !== undefined) return { ...common, type: 'unique', columns: listOf(written.unique) };
  if (written.accepted_values !== undefined) return { ...common, type: 'accepted_values', ...written.accepted_values };
  if (written.row_count !== undefined) {
    const { min = null, max = null } = written.row_count;
    return { ...common, type: 'row_count', min, max };
  }
  const sql = sqlTextAt(document, ['audits', index, 'sql'], problems);
  return { ...common, type: 'sql', name: written.name ?? null, sql };
}
