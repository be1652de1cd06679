import type { EngineConfig } from '../model/project.ts';
import type { Engine } from './contract.ts';
import { duckdbEngine } from './duckdb/engine.ts';

/** The engine that a project's configuration names; its client is loaded when it is first opened. */
export const openEngine = (config: EngineConfig, timezone: string): Engine =>
  ({ duckdb: duckdbEngine } satisfies Record<EngineConfig['type'], unknown>)[config.type](config, timezone);
