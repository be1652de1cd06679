import type { NodeName } from '../model/ids.ts';
import type { CsvOptions, SourceNode } from '../model/node.ts';
import type { Position, Problem } from '../model/problems.ts';
import { auditsOf } from './audits.ts';
import { columnsOf } from './columns.ts';
import { grantsOf } from './grants.ts';
import { nameOfPath, writtenName } from './names.ts';
import type { WrittenCommon, WrittenCsv } from './schemas.ts';
import type { YamlDocument } from '../files/yaml.ts';

export type Common = Omit<SourceNode, 'kind' | 'origin'>;

/** What every kind of node says. */
export function commonOf(
  name: NodeName,
  written: WrittenCommon,
  document: YamlDocument,
  at: Position,
  problems: Problem[],
): Common {
  const { columns, audits } = columnsOf(written.columns, document, problems);
  return {
    name,
    description: written.description ?? null,
    owner: written.owner ?? null,
    tags: written.tags ?? [],
    columns,
    audits: [...audits, ...auditsOf(written.audits, document, problems)],
    ...(written.grants === undefined ? {} : { grants: grantsOf(written.grants, document, ['grants']) }),
    at,
  };
}

export const bareCommon = (name: NodeName, at: Position): Common => ({
  name,
  description: null,
  owner: null,
  tags: [],
  columns: [],
  audits: [],
  at,
});

/** `name:` wins; else the path names the node. */
export const nameOf = (written: WrittenCommon, document: YamlDocument, problems: Problem[]): NodeName | null =>
  written.name === undefined
    ? nameOfPath(document.file.path, document.start, problems)
    : writtenName(written.name, document.at(['name']), problems);

export const csvOf = (written: WrittenCsv, delimiter: string | null = null): CsvOptions => ({
  header: written?.header ?? true,
  delimiter: written?.delimiter ?? delimiter,
  quote: written?.quote ?? null,
  null: written?.null ?? null,
  encoding: written?.encoding ?? null,
});
