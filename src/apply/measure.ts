import { EngineError } from '../engines/contract.ts';
import { sameData, type Fingerprint } from '../model/fingerprint.ts';
import type { BuildId, NodeName } from '../model/ids.ts';
import type { UsedColumns } from '../plan/recipe.ts';
import { columnSet, type Build } from '../state/contract.ts';
import type { Applying } from './applying.ts';
import type { Suspects } from './suspects.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * What a comparison is taken to cost: seconds for one value of one table. `bench/fingerprint` measures it; where it is
 * wrong, time is lost and nothing else.
 */
const SECONDS_PER_VALUE = 10e-9;

/** One input of a reader: the build that it would read now, and the one that its present build read. */
export interface Pair {
  readonly node: NodeName;
  readonly now: BuildId;
  readonly was: BuildId;
  readonly columns: UsedColumns;
}

/** Compares builds by their data. What was measured once is kept in the state and never measured again. */
export class Measure {
  readonly #warehouse: Warehouse;
  readonly #applying: Applying;
  readonly #suspects: Suspects;
  readonly #signal: AbortSignal;
  /** Sets of columns that readers use of a node: they are measured together, in one scan. */
  readonly #wanted = new Map<NodeName, Map<string, readonly string[]>>();
  readonly #builds = new Map<BuildId, Promise<Build | null>>();
  readonly #known = new Map<BuildId, Map<string, Promise<Fingerprint | null>>>();

  constructor(warehouse: Warehouse, applying: Applying, suspects: Suspects, signal: AbortSignal) {
    this.#warehouse = warehouse;
    this.#suspects = suspects;
    this.#applying = applying;
    this.#signal = signal;
  }

  /** Says that these columns of a node will be asked for; `apart`: each by itself too, to know which one differs. */
  expect(node: NodeName, columns: UsedColumns, apart: boolean): void {
    if (columns === null) return;
    const sets = this.#wanted.get(node) ?? new Map<string, readonly string[]>();
    sets.set(columnSet(columns), [...columns]);
    if (apart) for (const column of columns) sets.set(columnSet([column]), [column]);
    this.#wanted.set(node, sets);
  }

  build(id: BuildId): Promise<Build | null> {
    const known = this.#builds.get(id);
    if (known !== undefined) return known;
    const found = this.#applying.state.builds([id]).then((builds) => builds.get(id) ?? null);
    this.#builds.set(id, found);
    return found;
  }

  /** Seconds that comparing would take; 0 where what is known already answers. */
  async cost({ now, was, columns }: Pair): Promise<number> {
    const both = await this.#both(now, was, columns);
    if (both === null) return 0;
    const set = columnSet(both.columns);
    const missing = [both.now, both.was].filter(({ id }) => this.#known.get(id)?.has(set) !== true);
    const values = missing.map(({ rows }) => (rows ?? 0) * Math.max(1, both.columns.length));
    return values.reduce((sum, one) => sum + one, 0) * SECONDS_PER_VALUE;
  }

  /** Whether both builds hold the same in these columns. */
  async same({ node, now, was, columns }: Pair): Promise<boolean> {
    if (now === was) return true;
    const both = await this.#both(now, was, columns);
    if (both === null) return false;
    const equal = (set: readonly string[]): Promise<boolean> => this.#equal(node, now, was, set);
    const suspect = this.#suspects.among(both.columns, node, both.now, both.was);
    if (suspect !== null && !this.#isKnown(now, both.columns) && !(await equal([suspect]))) return false;
    if (await equal(both.columns)) return true;
    for (const column of both.columns) if (this.#isKnown(now, [column])) await equal([column]);
    return false;
  }

  #isKnown(build: BuildId, columns: readonly string[]): boolean {
    return this.#known.get(build)?.has(columnSet(columns)) === true;
  }

  async #equal(node: NodeName, now: BuildId, was: BuildId, columns: readonly string[]): Promise<boolean> {
    const [left, right] = await Promise.all([
      this.#fingerprint(node, now, columns),
      this.#fingerprint(node, was, columns),
    ]);
    if (left !== null && right !== null && sameData(left, right)) return true;
    const [only, ...others] = columns;
    if (only !== undefined && others.length === 0) this.#suspects.note(node, only);
    return false;
  }

  /** Both builds with the columns to compare; null where they differ by what is recorded of them. */
  async #both(
    nowId: BuildId,
    wasId: BuildId,
    used: UsedColumns,
  ): Promise<{ readonly now: Build; readonly was: Build; readonly columns: readonly string[] } | null> {
    const [now, was] = await Promise.all([this.build(nowId), this.build(wasId)]);
    if (now === null || was === null || now.rows === null || now.rows !== was.rows) return null;
    if (used === null && JSON.stringify(now.columns) !== JSON.stringify(was.columns)) return null;
    await Promise.all([this.#recall(nowId), this.#recall(wasId)]);
    const { engine } = this.#applying;
    return { now, was, columns: used === null ? now.columns.map(({ name }) => engine.fold(name)) : [...used] };
  }

  /** Loads what the state knows of a build. */
  async #recall(build: BuildId): Promise<void> {
    if (this.#known.has(build)) return;
    const found = (await this.#applying.state.fingerprints([build])).get(build) ?? new Map<string, Fingerprint>();
    if (this.#known.has(build)) return;
    this.#known.set(build, new Map([...found].map(([set, one]) => [set, Promise.resolve(one)])));
  }

  #fingerprint(node: NodeName, build: BuildId, columns: readonly string[]): Promise<Fingerprint | null> {
    const known = this.#known.get(build) ?? new Map<string, Promise<Fingerprint | null>>();
    const set = columnSet(columns);
    const found = known.get(set);
    if (found !== undefined) return found;
    // One column alone is asked to spare the others.
    const sets = new Map(columns.length === 1 && !this.#wanted.get(node)?.has(set) ? [] : this.#wanted.get(node));
    sets.set(set, columns);
    for (const done of known.keys()) sets.delete(done);
    const measured = this.#scan(build, sets);
    for (const name of sets.keys()) {
      const one = measured.then((all) => all?.get(name) ?? null);
      // Not all that is measured together is asked for; whoever asks gets the failure.
      one.catch(() => undefined);
      known.set(name, one);
    }
    this.#known.set(build, known);
    return known.get(set) ?? Promise.resolve(null);
  }

  /** null where the build cannot be read (any more): nothing is proved then. */
  async #scan(
    build: BuildId,
    sets: ReadonlyMap<string, readonly string[]>,
  ): Promise<ReadonlyMap<string, Fingerprint> | null> {
    const session = await this.#warehouse.open();
    try {
      const found = await session.fingerprints(build, [...sets.values()], { signal: this.#signal });
      const measured = new Map(
        [...sets.keys()].flatMap((set, at) => (found[at] === undefined ? [] : [[set, found[at]]])),
      );
      await this.#applying.state.recordFingerprints(build, measured);
      return measured;
    } catch (error) {
      if (error instanceof EngineError) return null;
      throw error;
    }
  }
}
