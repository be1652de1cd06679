import type { Checked, Environments, EnvironmentShape, References, TeamShape } from './checked.ts';
import type { ReferenceTo } from './bindings.ts';

/** Everything that `bough.yml` can say, with types. */
export interface ProjectShape {
  /** The name of the folder unless it is said. */
  readonly name?: string;
  readonly engine?: object;
  readonly state?: string | object;
  readonly base?: string;
  readonly timezone?: string;
  readonly parameters?: Readonly<Record<string, string | number | boolean | null | ReferenceTo>>;
  readonly cutoff?: boolean | 'on' | 'off';
  readonly determinism?: 'warn' | 'error';
  readonly large_build?: number;
  readonly retention?: string | number;
  readonly names?: object;
  readonly branches?: Readonly<Record<string, string | object>>;
  readonly references?: References;
  readonly environments?: Environments;
  readonly promotion?: readonly string[];
  readonly check?: { readonly rules?: Readonly<Record<string, 'off' | 'warn' | 'error' | false>> };
  readonly teams?: Readonly<Record<string, TeamShape>>;
}

/** What `bough.config.ts` exports as its default. */
export type DefinedProject = ProjectShape;

/**
 * Defines a project: `export default defineProject({ … })` in `bough.config.ts`. What is wired wrongly does not compile:
 * a reference that an environment does not bind or that there is not, a binding of another kind, a container whose
 * status is not its environment's, an environment in the promotion path that does not exist.
 *
 * @example
 * export default defineProject({
 *   name: 'customers',
 *   references: { train_days: value(z.number().int()) },
 *   environments: {
 *     prod: environment({ status: 'production', train_days: 365 }),
 *     dev: environment({ status: 'non-production', train_days: 30 }),
 *   },
 * });
 */
export const defineProject = <const P extends ProjectShape>(
  project: P & Checked<P, keyof ProjectShape>,
): DefinedProject => project;

/** One environment: what it says of itself, and what each reference stands for in it. */
export const environment = <const E extends EnvironmentShape>(written: E): E => written;

/** Part of a project with references of its own. */
export const team = <const T extends TeamShape>(written: T): T => written;
