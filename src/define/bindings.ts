import type { Status } from '../model/references.ts';

/** A text with a variable that is put in when the project is read: `${PORT:-5432}`. */
export type Variable = `${string}\${${string}}${string}`;

/** Where a connection leads. The credential is a name; its value comes from outside. */
export interface ContainerOf<Type extends string = string, Of extends Status = Status> {
  readonly type: Type;
  readonly status: Of;
  readonly name?: string;
  readonly host?: string;
  readonly port?: number | Variable;
  readonly database?: string;
  readonly user?: string;
  readonly path?: string;
  readonly credential?: string;
}

interface Named<Of extends Status> {
  /** What people call it. */
  readonly name?: string;
  /** Production containers are for production environments only, and the other way round. */
  readonly status: Of;
  /** Name of the credential; its value comes from the environment, `.env` or a file. */
  readonly credential?: string;
}

interface Server {
  readonly host: string;
  readonly port?: number | Variable;
  readonly database: string;
  readonly user?: string;
}

/**
 * A PostgreSQL database.
 *
 * @example postgres({ host: 'prod-db.internal', port: 5432, database: 'customers', status: 'production' })
 */
export const postgres = <const Of extends Status>(written: Server & Named<Of>): ContainerOf<'postgres', Of> => ({
  type: 'postgres',
  ...written,
});

/** A DuckDB file. */
export const duckdb = <const Of extends Status>(
  written: Named<Of> & { readonly path: string },
): ContainerOf<'duckdb', Of> => ({ type: 'duckdb', ...written });

/** A service of any other type. */
export const container = <const Type extends string, const Of extends Status>(
  written: ContainerOf<Type, Of>,
): ContainerOf<Type, Of> => written;

/** A release by its tags. */
export interface TagSelection {
  readonly tags: string;
  readonly releases?: 'stable' | 'all';
  readonly repository?: string;
}

/**
 * The newest release whose tag fits; each `*` is a number.
 *
 * @example tags('V*.*.*-prod')
 */
export const tags = (pattern: string, releases: 'stable' | 'all' = 'stable', repository?: string): TagSelection => ({
  tags: pattern,
  releases,
  ...(repository === undefined ? {} : { repository }),
});

/** A name in the place of a value: it stands for what that reference does. */
export interface ReferenceTo<Name extends string = string> {
  readonly reference: Name;
}

/** Names a reference where a value could stand. */
export const reference = <const Name extends string>(name: Name): ReferenceTo<Name> => ({ reference: name });

/** The name under which a secret is found outside. */
export interface SecretName {
  readonly secret: string;
}
