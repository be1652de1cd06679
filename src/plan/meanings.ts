import { meaningFromRecord, type Meaning } from '../identity/meaning.ts';
import type { Key } from '../model/ids.ts';
import type { StateReader } from '../state/contract.ts';

/** Recorded meanings by code key; null where one was recorded in a form that this Bough does not know. */
export type Meanings = ReadonlyMap<Key, Meaning | null>;

export async function recordedMeanings(keys: readonly Key[], state: StateReader): Promise<Meanings> {
  const records = await state.meanings(keys);
  return new Map([...records].map(([key, json]) => [key, meaningFromRecord(json)]));
}
