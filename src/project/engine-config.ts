import { resolve } from 'node:path';
import { z } from 'zod';
import type { YamlDocument } from '../files/yaml.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { EngineConfig } from '../model/project.ts';
import { connectionOptions, databasePath, postgresShape, refuseForeignKeys } from './database-config.ts';
import { parseDuration } from './duration.ts';
import { text } from './schemas.ts';

const duckdbShape = {
  path: databasePath.optional(),
  threads: z.int().min(1, 'must be at least 1').max(1024, 'must be at most 1024').optional(),
  memory_limit: z
    .string()
    .regex(/^\d+(\.\d+)?\s*[KMGTkmgt][iI]?[bB]$/, 'must be a size like `4GB` or `512MiB`')
    .optional(),
};

const warehouseShape = {
  ...postgresShape,
  role: text.optional(),
  connections: z.int().min(1, 'must be at least 1').max(100, 'must be at most 100').optional(),
  statement_timeout: z.union([z.string(), z.number()]).optional(),
};

export const engineSchema = z.strictObject({
  type: z.enum(['duckdb', 'postgres']).optional(),
  ...duckdbShape,
  ...warehouseShape,
});
export type WrittenEngine = z.infer<typeof engineSchema>;

const CONNECTIONS = 4;

/**
 * The warehouse; where no path is said it is a file of that name in `.bough/`. What goes wrong is added to `problems`, and
 * told at its place.
 */
export function engineOf(
  written: WrittenEngine = {},
  file: string,
  root: string,
  document: YamlDocument,
  problems: Problem[],
): EngineConfig {
  const { type = written.url === undefined ? 'duckdb' : 'postgres' } = written;
  const allowed = ['type', ...Object.keys(type === 'duckdb' ? duckdbShape : warehouseShape)];
  refuseForeignKeys('engine', type, written, allowed, document, problems);
  if (type === 'duckdb') {
    const path = resolve(root, written.path ?? `.bough/${file}.duckdb`);
    return { type, path, threads: written.threads ?? null, memoryLimit: written.memory_limit ?? null };
  }
  const statementTimeout = parseDuration(String(written.statement_timeout ?? 0));
  if (statementTimeout === null) {
    const at = document.at(['engine', 'statement_timeout']);
    problems.push(problem('yaml-shape', '`engine.statement_timeout` must be a duration like `90s` or `10m`.', { at }));
  }
  const connection = connectionOptions(written, root, (message, hint) =>
    problems.push(problem('yaml-shape', `\`engine\` ${message}`, { at: document.at(['engine']), hint })),
  );
  const { role = null, connections = CONNECTIONS } = written;
  return { type, connection, role, connections, statementTimeout: statementTimeout ?? 0 };
}
