/** What a relation holds in some of its columns, whatever the order of its rows. */
export interface Fingerprint {
  readonly rows: number;
  /**
   * 128 bits as hex over the columns' names and types and the multiset of their exact values, never the engine's own
   * equality: 0.0 and -0.0, 30 days and 1 month, NULL and '' differ. null: a type has no exact form; equal to nothing.
   */
  readonly hash: string | null;
}

/** Whether two fingerprints over the same columns prove that these hold the same. */
export const sameData = (left: Fingerprint, right: Fingerprint): boolean =>
  left.hash !== null && left.rows === right.rows && left.hash === right.hash;
