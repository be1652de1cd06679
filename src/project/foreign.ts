import type { YamlDocument } from '../files/yaml.ts';
import { writtenAt } from '../files/written.ts';
import { foreignVersionOf } from '../model/foreign-version.ts';
import type { ForeignOrigin, ForeignVersion, SqlText } from '../model/node.ts';
import { positionIn } from '../model/position.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { WrittenSource } from './schemas.ts';
import { sqlTextAt } from './sql-text.ts';

/** Where rows of another database are. `table` is what is written; '' where a reference names it. */
export function foreignOrigin(
  written: WrittenSource & { readonly connection: NonNullable<WrittenSource['connection']> },
  table: string | null,
  document: YamlDocument,
  problems: Problem[],
): ForeignOrigin {
  const { connection } = written;
  const named = typeof connection === 'string' || typeof connection['reference'] === 'string';
  return {
    type: 'connection',
    container: null,
    written: named ? null : writtenAt(document, ['connection'], connection),
    table,
    query: written.query === undefined ? null : queryAt(document, problems),
    version: versionOf(written.version),
  };
}

function queryAt(document: YamlDocument, problems: Problem[]): SqlText {
  const query = sqlTextAt(document, ['query'], problems);
  const parameter = query.text.indexOf('{{');
  if (parameter >= 0) {
    const hint = 'Take all rows in, and put the parameter into a model that reads them.';
    const at = positionIn(query, parameter);
    problems.push(problem('yaml-shape', 'No parameter can stand in the query of a source.', { at, hint }));
  }
  return query;
}

/** What a reference stands for comes with binding. */
function versionOf(written: WrittenSource['version']): ForeignVersion {
  if (typeof written === 'string') return foreignVersionOf(written);
  if (written === undefined || 'reference' in written) return { type: 'content' };
  return { type: 'max', of: typeof written.max === 'string' ? [written.max] : written.max };
}
