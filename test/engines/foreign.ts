import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildRequest, ForeignRead } from '../../src/engines/contract.ts';
import { asNodeName } from '../../src/model/ids.ts';
import type { DeclaredColumn, ForeignOrigin, SourceNode } from '../../src/model/node.ts';
import type { Databases } from '../../src/sources/contract.ts';
import { openDatabases } from '../../src/sources/databases.ts';
import type { Database } from '../support/postgres/server.ts';
import { id, never } from './subject.ts';

const AT = { file: 'models/raw/rows.yml', line: 1, column: 1 };

/** A source that reads a database; `table` is what it reads unless `more` says otherwise. */
export function foreignSource(
  { options }: Pick<Database, 'options'>,
  table: string,
  more: Partial<ForeignOrigin> = {},
  columns: readonly DeclaredColumn[] = [],
): SourceNode {
  const { host = null, port, database, user = null } = options;
  const container = { type: 'postgres', name: null, host, port, database, user, path: null } as const;
  return {
    kind: 'source',
    name: asNodeName('raw.rows'),
    description: null,
    owner: null,
    tags: [],
    columns,
    audits: [],
    at: AT,
    origin: {
      type: 'connection',
      container: { ...container, status: null, credential: null, options: {} },
      written: null,
      table,
      query: null,
      version: { type: 'content' },
      ...more,
    },
  };
}

export const query = (text: string): Partial<ForeignOrigin> => ({
  table: null,
  query: { text, file: AT.file, line: 4, column: 3, indent: 2 },
});

/** Other databases without passwords. */
export const databases = (): Databases =>
  openDatabases({
    root: tmpdir(),
    variables: {},
    passwordOf: () => {
      throw new Error('nobody asked for a password');
    },
    boundAt: () => ({ file: 'bough.yml', line: 6, column: 18 }),
  });

export async function readOf(from: Databases, source: SourceNode): Promise<ForeignRead> {
  return { node: source.name, rows: await from.look(source, never), declared: source.columns };
}

export const importing = (name: string, root: string, read: ForeignRead): BuildRequest => ({
  type: 'import',
  id: id(name),
  read,
  scratch: join(root, '.bough'),
});
