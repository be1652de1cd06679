import type { EnvironmentName, NodeName } from './ids.ts';
import type { ResultExport } from './plan.ts';
import type { Problem } from './problems.ts';

/** What happens while an operation works; renderers for people and programs read the same events. */
export type Event =
  | { readonly type: 'waiting'; readonly what: string; readonly holder: string }
  | { readonly type: 'build-started'; readonly node: NodeName; readonly running: number; readonly total: number }
  | {
      readonly type: 'build-finished';
      readonly node: NodeName;
      readonly rows: number | null;
      readonly seconds: number;
      readonly done: number;
      readonly total: number;
    }
  | {
      /** Its inputs came out the same over what it uses: nothing was built. `compared` is empty where they are the same builds. */
      readonly type: 'build-kept';
      readonly node: NodeName;
      readonly compared: readonly NodeName[];
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'build-awaited'; readonly node: NodeName; readonly done: number; readonly total: number }
  | { readonly type: 'build-failed'; readonly node: NodeName; readonly problem: Problem }
  | { readonly type: 'build-skipped'; readonly node: NodeName; readonly because: NodeName }
  | { readonly type: 'audit-passed'; readonly node: NodeName; readonly audit: string }
  | { readonly type: 'audit-failed'; readonly node: NodeName; readonly problem: Problem }
  | {
      readonly type: 'published';
      readonly environment: EnvironmentName;
      readonly revision: number;
      readonly views: number;
    }
  | {
      readonly type: 'recovered';
      readonly environment: EnvironmentName;
      readonly revision: number;
      readonly finished: boolean;
    }
  | { readonly type: 'export-started'; readonly node: NodeName; readonly table: string }
  | { readonly type: 'export-finished'; readonly exported: ResultExport }
  | { readonly type: 'collected'; readonly builds: number }
  | { readonly type: 'warned'; readonly problem: Problem };

export type Listener = (event: Event) => void;
