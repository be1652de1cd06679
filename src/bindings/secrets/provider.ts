import type { SecretDeclaration } from '../../model/project.ts';
import type { Problem } from '../../model/problems.ts';
import type { GivenSecret } from '../../model/secret.ts';

/** A secret that somebody needs by its name. */
export interface Wanted {
  readonly name: string;
  /** What the project says of it; null: whoever knows the name gives it. */
  readonly declared: SecretDeclaration | null;
}

export type Answer =
  | ({ readonly type: 'found' } & GivenSecret)
  /** It is somebody else's, or nobody's. */
  | { readonly type: 'absent' }
  | { readonly type: 'failed'; readonly problem: Problem };

/**
 * A place where secrets live. It is asked when a secret is needed and never before; what it gives is kept by nobody but
 * itself. No value may leave it but as a `Secret`.
 */
export interface SecretProvider {
  find(wanted: Wanted): Promise<Answer>;
}

export const ABSENT: Answer = { type: 'absent' };

/** The names that a variable or file may have for what files call `db-reader`: as it is, and `DB_READER`. */
export const spellings = (name: string): readonly string[] => [
  ...new Set([name, name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')]),
];
