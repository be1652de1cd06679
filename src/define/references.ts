import type { z } from 'zod';

/** A service that environments connect to; `Type` is what its container must be, as in `postgres`. */
export interface ConnectionReference<Type extends string = string> {
  readonly kind: 'connection';
  readonly type?: Type;
  readonly description?: string;
}

/** A release of code, by its tag. */
export interface ReleaseReference {
  readonly kind: 'release';
  readonly repository?: string;
  readonly description?: string;
}

/** A container image. */
export interface ImageReference {
  readonly kind: 'image';
  readonly description?: string;
}

/** A value of a type of its own. */
export interface ValueReference<Value = unknown> {
  readonly kind: 'value';
  readonly schema: z.ZodType<Value>;
  readonly description?: string;
}

/** Something whose value no file holds. */
export interface SecretReference {
  readonly kind: 'secret';
  readonly description?: string;
}

/** Another name for a reference. */
export interface AliasReference<Of extends string = string> {
  readonly alias: Of;
}

export type AnyReference =
  | ConnectionReference
  | ReleaseReference
  | ImageReference
  | ValueReference
  | SecretReference
  | AliasReference;

interface Described {
  readonly description?: string;
}

/**
 * Declares a connection, of one type of service where that is said.
 *
 * @example references: { customer_db: connection('postgres') }
 */
export const connection = <const Type extends string = string>(
  type?: Type,
  more: Described = {},
): ConnectionReference<Type> => ({ kind: 'connection', ...(type === undefined ? {} : { type }), ...more });

/** Declares a release; without a `repository` it is one of the project's own. */
export const release = (more: Described & { readonly repository?: string } = {}): ReleaseReference => ({
  kind: 'release',
  ...more,
});

/** Declares a container image. */
export const image = (more: Described = {}): ImageReference => ({ kind: 'image', ...more });

/**
 * Declares a value and its type.
 *
 * @example references: { train_days: value(z.number().int().positive()) }
 */
export const value = <Value>(schema: z.ZodType<Value>, more: Described = {}): ValueReference<Value> => ({
  kind: 'value',
  schema,
  ...more,
});

/** Declares a secret; environments name it, and its value comes from outside. */
export const secret = (more: Described = {}): SecretReference => ({ kind: 'secret', ...more });

/** Declares another name for a reference. */
export const alias = <const Of extends string>(of: Of): AliasReference<Of> => ({ alias: of });
