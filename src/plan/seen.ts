import type { ColumnKey, NodeKeys } from '../identity/keys.ts';
import { asKey, type Key } from '../model/ids.ts';
import type { SeenKeys } from './identity.ts';

/** What readers of a model see of it, and the keys of the clauses that say how it changed. */
export interface Detail extends SeenKeys {
  readonly clauses: readonly Key[];
  readonly own: readonly Key[];
}

/** A detail as a list that JSON writes shortly: there is one for each of thousands of models. */
type Written = readonly [
  code: WrittenKeys,
  build: WrittenKeys,
  names: readonly string[] | null,
  spelled: readonly string[] | null,
  clauses: string,
  own: string,
];

/** Keys of rows, build and columns, one behind the other; then `1` for what is tied and `0` for what is not. */
type WrittenKeys = readonly [keys: string, tied: string];

const LENGTH = 32;

const keyAt = (keys: string, index: number): Key => asKey(keys.slice(index * LENGTH, (index + 1) * LENGTH));

const writeKeys = ({ rows, build, columns, rowsTied }: NodeKeys): WrittenKeys => [
  rows + build + (columns ?? []).map(({ key }) => key).join(''),
  [rowsTied, ...(columns ?? []).map(({ tied }) => tied)].map((tied) => (tied ? '1' : '0')).join(''),
];

function readKeys([keys, tied]: WrittenKeys, names: readonly string[] | null): NodeKeys {
  const isTied = (index: number): boolean => tied.charAt(index) === '1';
  const column = (name: string, index: number): ColumnKey => ({
    name,
    key: keyAt(keys, index + 2),
    tied: isTied(index + 1),
  });
  const columns = names?.map(column) ?? null;
  return { rows: keyAt(keys, 0), rowsTied: isTied(0), columns, build: keyAt(keys, 1) };
}

const readKeysIn = (keys: string): readonly Key[] =>
  Array.from({ length: keys.length / LENGTH }, (_, index) => keyAt(keys, index));

export function writeDetail({ code, build, columns, clauses, own }: Detail): string {
  const names = code.columns?.map(({ name }) => name) ?? null;
  const written: Written = [writeKeys(code), writeKeys(build), names, columns, clauses.join(''), own.join('')];
  return JSON.stringify(written);
}

/** What `writeDetail` wrote. */
export function readDetail(text: string): Detail {
  const [code, build, names, columns, clauses, own] = JSON.parse(text) as Written;
  return {
    code: readKeys(code, names),
    build: readKeys(build, names),
    columns,
    clauses: readKeysIn(clauses),
    own: readKeysIn(own),
  };
}
