import type { BranchRule } from './branches.ts';
import type { Wiring } from './environments.ts';
import type { EnvironmentName, NodeName } from './ids.ts';
import type { JsonScalar } from './json.ts';
import type { Node } from './node.ts';
import type { Naming } from './naming.ts';
import type { Position } from './problems.ts';
import type { Secret, SecretSource } from './secret.ts';

/** Where one secret comes from, as the project says it. */
export type SecretDeclaration = { readonly at: Position } & (
  | { readonly type: 'env'; readonly variable: string }
  /** Relative to the project. */
  | { readonly type: 'file'; readonly path: string }
  /** What the command prints; `timeout` in milliseconds. */
  | { readonly type: 'exec'; readonly command: readonly [string, ...string[]]; readonly timeout: number }
);

export type EngineConfig =
  | {
      readonly type: 'duckdb';
      /** Absolute path of the database file. */
      readonly path: string;
      /** Threads of the engine and connections at once; null: one for each core. */
      readonly threads: number | null;
      /** As the engine spells it: `4GB`; null: the engine's default. */
      readonly memoryLimit: string | null;
    }
  | {
      readonly type: 'postgres';
      readonly connection: PostgresOptions;
      /** Role that owns what is made (`SET ROLE`); null: the one that logs in. */
      readonly role: string | null;
      /** Builds that run at once. */
      readonly connections: number;
      /** Longest time of one statement, in milliseconds; 0: no limit. */
      readonly statementTimeout: number;
    };

/** How much TLS a connection needs, in the words of libpq. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** How to reach a PostgreSQL database. What is left out comes from the `PG*` variables, then from libpq's defaults. */
export interface PostgresOptions {
  /** A host name, or the folder of a socket. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly database?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: Secret | SecretSource | undefined;
  /** Name of the secret that is the password; never the password. */
  readonly credential?: string | undefined;
  readonly sslmode?: SslMode | undefined;
  readonly sslrootcert?: string | undefined;
  readonly sslcert?: string | undefined;
  readonly sslkey?: string | undefined;
}

export type StateConfig =
  /** Absolute path of the SQLite file. */
  | { readonly type: 'sqlite'; readonly path: string }
  /** `schema` holds the state's tables. */
  | { readonly type: 'postgres'; readonly connection: PostgresOptions; readonly schema: string };

/** What a project says of the rules of `bough check`, by their ids. */
export const RULE_LEVELS = ['off', 'warn', 'error'] as const;
export type RuleLevel = (typeof RULE_LEVELS)[number];
export type RuleSettings = ReadonlyMap<string, { readonly level: RuleLevel; readonly at: Position }>;

export interface Config {
  readonly name: string;
  readonly engine: EngineConfig;
  readonly state: StateConfig;
  /** The environment that writes the project's own schemas; `prod` unless said otherwise. */
  readonly base: EnvironmentName;
  /** IANA name; `UTC` unless said otherwise. */
  readonly timezone: string;
  readonly parameters: { readonly [name: string]: JsonScalar };
  /** Whether nodes are kept where their inputs' data comes out the same. */
  readonly cutoff: boolean;
  /** What a node is that gives other data from the same input: a warning, or a gate. */
  readonly determinism: 'warn' | 'error';
  /** Rows from which on a build is named before anybody is asked; Infinity unless said otherwise. */
  readonly largeBuild: number;
  /** How long old revisions stay reachable, in milliseconds; 7 days unless said otherwise. */
  readonly retention: number;
  /** References, environments and teams; `UNWIRED` where the project declares none. */
  readonly wiring: Wiring;
  readonly naming: Naming;
  /** Where secrets come from that are not simply found by their names. */
  readonly secrets: ReadonlyMap<string, SecretDeclaration>;
  /** Which environment the files of a git branch are meant for; empty where the project maps none. */
  readonly branches: readonly BranchRule[];
  /** Empty where every rule is as it comes. */
  readonly rules: RuleSettings;
}

/** What the files say, checked for form and names; SQL is not read yet, and nothing is bound to an environment. */
export interface Project {
  /** Absolute path of the folder that holds `bough.yml`. */
  readonly root: string;
  readonly config: Config;
  readonly nodes: ReadonlyMap<NodeName, Node>;
}
