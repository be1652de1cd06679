export type {
  EnvironmentView,
  ExecuteOptions,
  GarbageResult,
  Planned,
  Workspace,
  WorkspaceOptions,
} from './workspace/contract.ts';
export { openWorkspace } from './workspace/open.ts';
export type { LineageEdge, LineagePlace } from './plan/lineage.ts';
export { environmentName } from './model/environment-name.ts';
export type { Event, Listener } from './model/events.ts';
export type * from './model/ids.ts';
export type * from './model/plan.ts';
export { UserError, type ExitCode, type Position, type Problem, type ProblemCode } from './model/problems.ts';
export * from './define/index.ts';
