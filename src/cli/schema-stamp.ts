import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReferenceKind } from '../model/references.ts';

/** References that a project declares: an editor offers their names. */
export type Declared = ReadonlyMap<string, ReferenceKind>;

// oxlint-disable-next-line no-underscore-dangle -- a name that no other text can hold: the build replaces it
declare const __BOUGH_BUILD__: string;

/** Names this build; null where the code runs from its sources, which change without notice. */
const BUILD: string | null = typeof __BOUGH_BUILD__ === 'undefined' ? null : __BOUGH_BUILD__;

/** All that schemas are made of. */
const stampOf = (declared: Declared): string => JSON.stringify([BUILD, ...declared]);
const placeOf = (root: string): string => join(root, '.bough/schema/.made-of');

/** Whether the schemas of a project are what they would be made anew: that takes longer than many a check. */
export const areSchemasFresh = (root: string, declared: Declared): boolean =>
  BUILD !== null && existsSync(placeOf(root)) && readFileSync(placeOf(root), 'utf8') === stampOf(declared);

export function stampSchemas(root: string, declared: Declared): void {
  if (BUILD !== null) writeFileSync(placeOf(root), stampOf(declared));
}
