import { readFileSync } from 'node:fs';
import type { Catalog } from './bough.ts';

export interface CorpusQuery {
  /** `tpc-ds 9`. */
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns of tables that each output's value comes from, as another library sees it. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  readonly sql: string;
}

export interface Corpus {
  readonly tables: Catalog;
  readonly queries: readonly CorpusQuery[];
}

export const corpus = (name: 'tpc-h' | 'tpc-ds'): Corpus =>
  JSON.parse(readFileSync(new URL(`../sql/corpus/${name}.json`, import.meta.url), 'utf8')) as Corpus;
