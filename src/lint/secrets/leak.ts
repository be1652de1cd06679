/** A secret that stands where it does not belong. Holds nothing of it but what may be shown. */
export interface Leak {
  readonly rule: 'secret-in-file' | 'never-commit-name';
  /** What it is, in words: `GitHub token`. */
  readonly kind: string;
  /** With forward slashes, relative to the folder that was scanned. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** `hu… (12 characters)`; '' where the name of the file is what is wrong. */
  readonly shown: string;
  /** The first commit that held it; null where it lies in the files. */
  readonly commit: string | null;
  /** A comment beside it says that it is none. */
  readonly ignored: boolean;
}

/** A secret in a text, as the patterns see it. */
export interface Found {
  readonly kind: string;
  readonly value: string;
  /** UTF-16 offset of the value. */
  readonly at: number;
}

export const shownOf = (value: string): string =>
  `${value.slice(0, 2).replaceAll(/\s/g, ' ')}… (${value.length} characters)`;
