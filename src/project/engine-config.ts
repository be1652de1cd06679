import { resolve } from 'node:path';
import { z } from 'zod';
import type { EngineConfig } from '../model/project.ts';
import { databasePath } from './database-config.ts';

export const engineSchema = z.strictObject({
  type: z.literal('duckdb').optional(),
  path: databasePath.optional(),
  threads: z.int().min(1, 'must be at least 1').max(1024, 'must be at most 1024').optional(),
  memory_limit: z
    .string()
    .regex(/^\d+(\.\d+)?\s*[KMGT]i?B$/i, 'must be a size like `4GB` or `512MiB`')
    .optional(),
});
export type WrittenEngine = z.infer<typeof engineSchema>;

/** The warehouse; where no path is said it is a file of that name in `.bough/`. */
export const engineOf = (engine: WrittenEngine = {}, file: string, root: string): EngineConfig => ({
  type: 'duckdb',
  path: resolve(root, engine.path ?? `.bough/${file}.duckdb`),
  threads: engine.threads ?? null,
  memoryLimit: engine.memory_limit ?? null,
});
