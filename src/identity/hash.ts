import { hash } from 'node:crypto';
import { asKey, type Key } from '../model/ids.ts';

/** Version of what goes into a key. Recorded keys of another version are never compared with ours. */
export const KEY_VERSION = 'bough.key/1';

/** The input of a hash: nested lists of strings, which JSON writes in one way only. */
export type Ingredient = string | number | boolean | null | readonly Ingredient[];

/** Stands for a text of any length. */
export const digestOf = (text: string): string => hash('sha256', text);

/** 128 bits of SHA-256 over the version, a tag that keeps kinds of keys apart, and the ingredients. */
export const keyOf = (tag: string, ...ingredients: readonly Ingredient[]): Key =>
  keyOfJson(tag, JSON.stringify(ingredients));

/** The same for a list of ingredients that is written already: `JSON.stringify` takes longer than the hash itself. */
export const keyOfJson = (tag: string, ingredients: string): Key =>
  asKey(hash('sha256', `["${KEY_VERSION}","${tag}",${ingredients}]`).slice(0, 32));
