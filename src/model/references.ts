import type { EnvironmentName, ReferenceName, TeamName } from './ids.ts';
import type { Json } from './json.ts';
import type { Position } from './problems.ts';

/**
 * Words of this file. reference: a logical name that the project declares once, with a kind. binding: what it stands for
 * in one environment. container: the place that a connection leads to. written: as it stands in a file, before `${VAR}`
 * was put in and before its form was checked.
 */
export const REFERENCE_KINDS = ['connection', 'release', 'image', 'value', 'secret'] as const;
export type ReferenceKind = (typeof REFERENCE_KINDS)[number];

/** A declared logical name. A team's is `team.name`. */
export type Reference = {
  readonly name: ReferenceName;
  /** null for the project's own. */
  readonly team: TeamName | null;
  readonly description: string | null;
  readonly at: Position;
} &
  /** `type` is what the container must be, as in `postgres`; null allows any. */
  (
    | { readonly kind: 'connection'; readonly type: string | null }
    /** `repository` is a path or URL for `git`; null is the project's own. */
    | { readonly kind: 'release'; readonly repository: string | null }
    | { readonly kind: 'image' }
    /** `schema` is a JSON Schema; null allows any value. */
    | { readonly kind: 'value'; readonly schema: { readonly [key: string]: Json } | null }
    | { readonly kind: 'secret' }
  );

/** Another name for a reference: whatever that one is bound to, this one is. */
export interface Alias {
  readonly name: ReferenceName;
  readonly of: ReferenceName;
  readonly at: Position;
}

/** A value as a file says it; its form depends on what it is for and is checked when it is bound. */
export interface Written {
  readonly value: Json;
  readonly at: Position;
  /** Places of what is inside, by path (`port`, `tags.0`); what is not listed stands at `at`. */
  readonly inside: { readonly [path: string]: Position };
}

export const STATUSES = ['production', 'non-production'] as const;
export type Status = (typeof STATUSES)[number];

/** Where a connection leads. Two references with equal containers share one. Holds no secret. */
export interface Container {
  /** Type of the service, as in `postgres` or `duckdb`. */
  readonly type: string;
  /** What people call it; null where nobody named it. */
  readonly name: string | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly database: string | null;
  /** Who logs in; null leaves it to the service. */
  readonly user: string | null;
  /** Of a database that is a file: relative to the project. */
  readonly path: string | null;
  /** null: not said, which fits nowhere but where no environment has a status. */
  readonly status: Status | null;
  /** Name under which a credential is found outside; never the credential. */
  readonly credential: string | null;
  /** What only this type of service knows. */
  readonly options: { readonly [option: string]: Json };
}

/** Which release is meant: of the tags that fit, the highest by number. */
export interface ReleaseSelector {
  /** `V*.*.*-prod`, where each `*` is digits; without a `*` it is that very tag. */
  readonly pattern: string;
  /** `stable` leaves drafts and pre-releases out. */
  readonly releases: 'stable' | 'all';
  /** Path or URL for `git`; null is the reference's, and without one the project's own. */
  readonly repository: string | null;
}

/** What a reference stands for. Plain data without secrets: it may be recorded and printed. */
export type Bound =
  | { readonly kind: 'connection'; readonly container: Container }
  | { readonly kind: 'release'; readonly selector: ReleaseSelector }
  | { readonly kind: 'image'; readonly image: string }
  | { readonly kind: 'value'; readonly value: Json }
  /** The name under which the value is found outside. */
  | { readonly kind: 'secret'; readonly secret: string };

/** One place that gave a value. */
export type SetBy =
  | { readonly type: 'file'; readonly at: Position }
  /** A variable; `at` is its line in an env file, null for the environment of the process. */
  | { readonly type: 'variable'; readonly name: string; readonly at: Position | null };

/** A reference in one environment. */
export interface Binding {
  readonly reference: ReferenceName;
  readonly environment: EnvironmentName;
  readonly bound: Bound;
  /** Where the environment maps it. */
  readonly at: Position;
  /** The first set it, each later one overrode the one before. */
  readonly setBy: readonly [SetBy, ...SetBy[]];
  /** Variables or a profile have a say in it: on another machine it may be another with the same files. */
  readonly variable: boolean;
}

/** What is taken from variables where it is used, and recorded nowhere. */
export interface FromVariables {
  readonly kind: 'variable';
}

/** What one name stands for in each environment that the files tell of: the same on every machine. */
export type Across = { readonly [environment: string]: Bound | FromVariables };

/** A place in a node that names a reference, a parameter or a value of an overlay. */
export interface Mention {
  /** As written: `train_days`, `training.train_days`, `growth.customer_db`. */
  readonly name: string;
  /**
   * `parameter` is a `{{ name }}`, `export` the connection of a model's export, `storage` a value in a model's storage;
   * the others are keys of a source or seed.
   */
  readonly as: 'parameter' | 'export' | 'storage' | 'connection' | 'file' | 'table' | 'version';
  /** Of `storage`: where in it. */
  readonly path?: readonly string[];
  readonly at: Position;
}
