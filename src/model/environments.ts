import type { Grant } from './grants.ts';
import type { EnvironmentName, ReferenceName, TeamName } from './ids.ts';
import type { Position, Problem } from './problems.ts';
import type { EngineConfig, StateConfig } from './project.ts';
import type { Alias, Reference, Status, Written } from './references.ts';

/** What an environment says of itself; every other key of it is the name of a reference. */
export const ENVIRONMENT_WORDS = [
  'base',
  'status',
  'engine',
  'state',
  'names',
  'allow',
  'grants',
  'description',
] as const;
export const isEnvironmentWord = (key: string): boolean => ENVIRONMENT_WORDS.some((word) => word === key);

/** An exception from the rule that production and non-production stay apart; every plan shows it. */
export interface Allowance {
  /** The reference whose container may be of the other status. */
  readonly reference: ReferenceName;
  readonly reason: string;
  readonly at: Position;
}

/** A warehouse and the state that belongs to it. */
export interface Home {
  readonly engine: EngineConfig;
  readonly state: StateConfig;
}

/** A root that lives elsewhere than the project itself does. */
export interface Root {
  readonly base: EnvironmentName;
  readonly home: Home;
}

/** An environment as the files declare it. */
export interface EnvironmentDeclaration {
  readonly name: EnvironmentName;
  /** null: not said, and nothing is guarded. */
  readonly status: Status | null;
  /** The environment that it is a branch of; null for a root. */
  readonly base: EnvironmentName | null;
  /** null for a branch, which lives where its base does. */
  readonly home: Home | null;
  /** What each reference stands for here, those of teams as `team.name`. */
  readonly bindings: ReadonlyMap<ReferenceName, Written>;
  readonly allow: readonly Allowance[];
  /** Who may read all of its views. */
  readonly grants: readonly Grant[];
  /** Variables that are missing in what it says of itself; told when it is used. */
  readonly unset: readonly Problem[];
  readonly at: Position;
}

/** Part of a project with references of its own. */
export interface Team {
  readonly name: TeamName;
  readonly description: string | null;
  /** Environments that its file maps, and where. */
  readonly maps: ReadonlyMap<EnvironmentName, Position>;
  readonly at: Position;
}

/** What a project declares of references and environments: which names there are, and what each means where. */
export interface Wiring {
  /** The project's own and, as `team.name`, those of its teams. */
  readonly references: ReadonlyMap<ReferenceName, Reference>;
  readonly aliases: ReadonlyMap<ReferenceName, Alias>;
  readonly teams: ReadonlyMap<TeamName, Team>;
  /** Empty where none is declared: then any name is a branch of the base. */
  readonly environments: ReadonlyMap<EnvironmentName, EnvironmentDeclaration>;
  /** Where roots promote to, from first to last; empty where it is not said. */
  readonly promotion: readonly { readonly name: EnvironmentName; readonly at: Position }[];
}

export const UNWIRED: Wiring = {
  references: new Map(),
  aliases: new Map(),
  teams: new Map(),
  environments: new Map(),
  promotion: [],
};
