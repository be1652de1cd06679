import type { DefineCommand } from '../command.ts';
import { defineApply } from './apply.ts';
import { defineCheck } from './check.ts';
import { defineConfig } from './config.ts';
import { defineEnv } from './env.ts';
import { defineExplain } from './explain.ts';
import { defineExport } from './export.ts';
import { defineGc } from './gc.ts';
import { defineInit } from './init.ts';
import { defineLineage } from './lineage.ts';
import { definePlan } from './plan.ts';
import { definePromote } from './promote.ts';
import { defineRender } from './render.ts';
import { defineResolve } from './resolve.ts';
import { defineRollback } from './rollback.ts';
import { defineRun } from './run.ts';
import { defineSchema } from './schema.ts';
import { defineSecrets } from './secrets.ts';
import { defineSql } from './sql.ts';

/** In the order in which help lists them: the way of a change. */
export const COMMANDS: readonly DefineCommand[] = [
  defineInit,
  defineCheck,
  definePlan,
  defineApply,
  defineRun,
  definePromote,
  defineRollback,
  defineExport,
  defineSql,
  defineEnv,
  defineRender,
  defineLineage,
  defineResolve,
  defineExplain,
  defineConfig,
  defineSecrets,
  defineGc,
  defineSchema,
];
