import { writtenAt } from '../files/written.ts';
import type { YamlDocument } from '../files/yaml.ts';
import type { Export } from '../model/export.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Mention } from '../model/references.ts';
import type { WrittenHead } from './schemas.ts';
import { isReference } from './source.ts';

/** The export of a model, and the reference that its connection is; null where it has none. */
export function exportOf(
  { export: written }: WrittenHead,
  document: YamlDocument,
  problems: Problem[],
): { readonly export: Export; readonly mentions: readonly Mention[] } | null {
  if (written === undefined) return null;
  const { connection, table, mode = 'replace', key = [] } = written;
  const name = typeof connection === 'string' ? connection : isReference(connection) ? connection.reference : null;
  const at = document.at(['export', 'connection']);
  const columns = typeof key === 'string' ? [key] : key;
  if ((mode === 'upsert') !== columns.length > 0) {
    const message = mode === 'upsert' ? '`upsert` needs a `key`.' : `\`key\` has no meaning for \`${mode}\`.`;
    const hint = mode === 'upsert' ? 'Name the columns that tell rows apart: `key: [order_id]`.' : 'Leave it out.';
    problems.push(problem('yaml-shape', message, { at: document.at(['export', 'key']), hint }));
  }
  const [schema = '', relation = ''] = table.split('.');
  return {
    export: {
      container: null,
      written: name === null ? writtenAt(document, ['export', 'connection'], connection) : null,
      table: { schema, name: relation },
      mode,
      key: columns,
      at: document.at(['export']),
    },
    mentions: name === null ? [] : [{ name, as: 'export', at }],
  };
}
