import type { EngineConfig } from '../model/project.ts';
import type { Engine } from './contract.ts';
import { duckdbEngine } from './duckdb/engine.ts';
import { postgresEngine } from './postgres/engine.ts';

/** The engine that a project's configuration names; its client is loaded when it is first opened. */
export function openEngine(config: EngineConfig, timezone: string): Engine {
  switch (config.type) {
    case 'duckdb':
      return duckdbEngine(config, timezone);
    case 'postgres':
      return postgresEngine(config, timezone);
  }
}
