import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Remembered } from '../model/facts.ts';
import { asKey, type Key } from '../model/ids.ts';
import type { ModelNode, SqlText, Untouched } from '../model/node.ts';
import { problem, UserError, type Problem } from '../model/problems.ts';
import { listFiles } from '../files/list-files.ts';
import { isSettled } from '../files/settled.ts';
import { readText, startOf, type TextFile } from '../files/text-file.ts';

/** What is remembered of a file: the model that it defines, without its SQL, which begins at `start`. */
interface Kept {
  readonly model: Omit<ModelNode, 'sql'> & { readonly sql: Pick<SqlText, 'line' | 'column'> };
  readonly digest: string;
  readonly start: number;
}

/** A file as it looks from outside. */
export interface Look {
  /** What it defines; null where it has to be read. */
  readonly model: ModelNode | null;
  /** Remembers what it defines. */
  keep(file: TextFile, model: ModelNode): ModelNode;
}

const digestOf = (text: string): string => hash('sha256', text);

/** Spares reading the SQL files that nobody has touched since they were last read: a look at them is enough. */
export class UntouchedFiles {
  readonly #root: string;
  readonly #remembered: Remembered;
  readonly #began: number;
  readonly #addresses = new Map<string, Key | null>();
  #models: { readonly paths: readonly string[]; readonly problems: readonly Problem[] } | null = null;

  /** `began` is when reading began, in milliseconds since 1970. */
  constructor(root: string, remembered: Remembered, began = Date.now()) {
    this.#root = root;
    this.#remembered = remembered;
    this.#began = began;
  }

  /** All files below `models/`, listed once. */
  models(problems: Problem[]): readonly string[] {
    if (this.#models === null) {
      const found: Problem[] = [];
      this.#models = { paths: listFiles(this.#root, 'models', found), problems: found };
    }
    problems.push(...this.#models.problems);
    return this.#models.paths;
  }

  /** undefined: its looks say nothing of it. */
  look(path: string): Look | undefined {
    const address = this.addressOf(path);
    if (address === null) return undefined;
    const written = this.#remembered.get('file', address);
    const model = written === null ? null : this.#modelOf(path, address, JSON.parse(written) as Kept);
    return { model, keep: (file, read) => this.#keep(address, file, read) };
  }

  /** Stands for what a file looks like from outside, seen once; null where its looks say nothing of it. */
  addressOf(path: string): Key | null {
    const seen = this.#addresses.get(path);
    if (seen !== undefined) return seen;
    const address = this.#lookAt(path);
    this.#addresses.set(path, address);
    return address;
  }

  #lookAt(path: string): Key | null {
    try {
      const { dev, ino, size, mtimeMs, ctimeMs } = statSync(join(this.#root, path));
      if (!isSettled(Math.max(mtimeMs, ctimeMs), this.#began)) return null;
      return asKey(hash('sha256', [dev, ino, size, mtimeMs, ctimeMs, path].join(':')).slice(0, 32));
    } catch {
      // Whoever reads it says why it cannot be read.
      return null;
    }
  }

  #modelOf(file: string, address: Key, { model, digest, start }: Kept): ModelNode {
    const place = { ...model.sql, file, start, root: this.#root };
    return { ...model, sql: new UntouchedSql(place, { address, digest }) };
  }

  #keep(address: Key, file: TextFile, model: ModelNode): ModelNode {
    // What names stand for comes from elsewhere.
    if (model.mentions !== undefined || model.export !== undefined) return model;
    const { text, line, column, indent } = model.sql;
    const kept: Kept = {
      model: { ...model, sql: { line, column } },
      digest: digestOf(text),
      start: file.text.length - text.length,
    };
    this.#remembered.put('file', address, JSON.stringify(kept));
    const untouched = { address, digest: kept.digest };
    return { ...model, sql: { text, file: file.path, line, column, indent, untouched } };
  }
}

interface Place extends Pick<SqlText, 'file' | 'line' | 'column'> {
  readonly root: string;
  readonly start: number;
}

/** SQL that is read when somebody asks for it. */
class UntouchedSql implements SqlText {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly indent = 0;
  readonly untouched: Untouched;
  readonly #place: Place;
  #text: string | null = null;

  constructor(place: Place, untouched: Untouched) {
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
    this.untouched = untouched;
    this.#place = place;
  }

  get text(): string {
    this.#text ??= this.#read();
    return this.#text;
  }

  #read(): string {
    const { root, file, start } = this.#place;
    const text = readText(root, file, [])?.text.slice(start);
    if (text !== undefined && digestOf(text) === this.untouched.digest) return text;
    const hint = 'Run the command again.';
    throw new UserError(problem('file-unreadable', `\`${file}\` was changed meanwhile.`, { at: startOf(file), hint }));
  }
}
