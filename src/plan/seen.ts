import type { ColumnKey, NodeKeys } from '../identity/keys.ts';
import type { MeaningPart } from '../identity/meaning.ts';
import { asKey, type Key } from '../model/ids.ts';
import type { SeenKeys } from './identity.ts';

/** What readers of a model see of it, and what says how it changed: all that plans ask of a shape. */
export interface Detail extends SeenKeys {
  readonly clauses: readonly MeaningPart[];
  readonly own: readonly MeaningPart[];
  /** Where each column stands; null where they are not known. */
  readonly lines: readonly (number | null)[] | null;
  /** Folded names of the columns that are used of each input; null: all of them, whatever they are. */
  readonly used: readonly (readonly string[] | null)[];
}

/** A detail as a list that JSON writes shortly: there is one for each of thousands of models. */
type Written = readonly [
  code: WrittenKeys,
  build: WrittenKeys,
  names: readonly string[] | null,
  spelled: readonly string[] | null,
  lines: Detail['lines'],
  clauses: WrittenParts,
  own: WrittenParts,
  used: Detail['used'],
];

/** Keys of rows, build and columns, one behind the other; then `1` for what is tied and `0` for what is not. */
type WrittenKeys = readonly [keys: string, tied: string];

type WrittenParts = readonly [keys: string, labels: readonly string[], lines: readonly (number | null)[]];

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

const writeParts = (parts: readonly MeaningPart[]): WrittenParts => [
  parts.map(({ key }) => key).join(''),
  parts.map(({ label }) => label),
  parts.map(({ line }) => line),
];

const readParts = ([keys, labels, lines]: WrittenParts): readonly MeaningPart[] =>
  labels.map((label, index) => ({ label, key: keyAt(keys, index), line: lines[index] ?? null }));

export function writeDetail({ code, build, columns, lines, clauses, own, used }: Detail): string {
  const names = code.columns?.map(({ name }) => name) ?? null;
  const keys = [writeKeys(code), writeKeys(build)] as const;
  const written: Written = [...keys, names, columns, lines, writeParts(clauses), writeParts(own), used];
  return JSON.stringify(written);
}

/** What `writeDetail` wrote. */
export function readDetail(text: string): Detail {
  const [code, build, names, columns, lines, clauses, own, used] = JSON.parse(text) as Written;
  return {
    code: readKeys(code, names),
    build: readKeys(build, names),
    columns,
    clauses: readParts(clauses),
    own: readParts(own),
    lines,
    used,
  };
}
