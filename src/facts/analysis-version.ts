// oxlint-disable-next-line no-underscore-dangle -- a name that no other text can hold: the build replaces it
declare const __BOUGH_ANALYSIS__: string;

/**
 * Digest of the code that reads files and SQL and makes keys, put in by the build: what another version found out is not used.
 * null where the code runs from its sources, which change without notice; nothing is remembered then.
 */
export const ANALYSIS_VERSION: string | null = typeof __BOUGH_ANALYSIS__ === 'undefined' ? null : __BOUGH_ANALYSIS__;
