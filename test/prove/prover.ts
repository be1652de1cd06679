import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { someProject, noDiscards, type Discards } from './draft.ts';
import type { Finding } from './judge.ts';
import { Play } from './play.ts';
import { Random, seedOf } from './random.ts';
import { hasBroken, Rebuild } from './rebuild.ts';
import type { Chapter } from './shrink.ts';
import { Stage } from './story.ts';
import { Tally, type Totals } from './tally.ts';

/** Memory where there is such a folder: the files are small and many. */
export function scratchFolder(): string {
  const memory = '/dev/shm';
  try {
    return mkdtempSync(join(memory, 'bough-prove-'));
  } catch {
    return mkdtempSync(join(tmpdir(), 'bough-prove-'));
  }
}

export interface Failure {
  readonly finding: Finding;
  readonly seed: string;
  /** What was done last. */
  readonly step: string;
  readonly story: readonly Chapter[];
}

export interface ProverOptions {
  readonly seed: number;
  readonly onFailure: (failure: Failure) => void;
}

const EDITS_PER_PROJECT = 40;

/** Plays projects and their edits on Bough, and compares. */
export class Prover {
  readonly tally = new Tally();
  readonly discards: { readonly models: Discards; readonly edits: Discards } = {
    models: noDiscards(),
    edits: noDiscards(),
  };
  #rebuild: Rebuild;
  readonly scratch: string;
  readonly options: ProverOptions;

  private constructor(scratch: string, rebuild: Rebuild, options: ProverOptions) {
    this.scratch = scratch;
    this.#rebuild = rebuild;
    this.options = options;
  }

  static async open(options: ProverOptions): Promise<Prover> {
    const scratch = scratchFolder();
    mkdirSync(scratch, { recursive: true });
    return new Prover(scratch, await Rebuild.open(scratch), options);
  }

  get rebuild(): Rebuild {
    return this.#rebuild;
  }

  get totals(): Totals {
    const { models, edits } = this.discards;
    return {
      ...this.tally.counts,
      discards: { models: [models.tried, models.refused], edits: [edits.tried, edits.refused] },
    };
  }

  close(): void {
    this.#rebuild.close();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  /** One project and up to so many edits of it; returns how many were made. A project that breaks the engine ends there. */
  async play(part: number, most: number): Promise<number> {
    try {
      return await this.#play(part, most);
    } catch (error) {
      if (!hasBroken(error)) throw error;
      this.tally.broke();
      this.#rebuild.close();
      this.#rebuild = await Rebuild.open(this.scratch);
      return 0;
    }
  }

  async #play(part: number, most: number): Promise<number> {
    const random = new Random(seedOf(this.options.seed, part));
    const stage = await Stage.open(this.scratch, this.rebuild);
    try {
      const draft = await someProject(random, this.rebuild, this.discards.models);
      if (draft.project.models.length === 0) return 0;
      const run = new Play(this, stage, random, draft, `${this.options.seed}:${part}`);
      return (await run.begin()) ? await run.edits(Math.min(most, EDITS_PER_PROJECT)) : 0;
    } finally {
      this.tally.judged(stage.counts);
      await stage.close();
    }
  }
}
