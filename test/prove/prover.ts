import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Planned } from '../../src/bough.ts';
import { compare, type Expected, type Finding } from './check.ts';
import { discard, draftOf, MOST_ROWS, noDiscards, someProject, type Discards, type Draft } from './draft.ts';
import { EDITS, WEIGHTS, type EditKind } from './edits.ts';
import { below, filesOf, type Project } from './project.ts';
import { isVolatile } from './query.ts';
import { Random, seedOf } from './random.ts';
import { Rebuild, Refused } from './rebuild.ts';
import type { Chapter } from './shrink.ts';
import { Subject } from './subject.ts';
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
  readonly edit: EditKind | 'first build';
  readonly story: readonly Chapter[];
}

export const expectedOf = (draft: Draft): Expected => ({
  files: filesOf(draft.project),
  contents: draft.contents,
  loose: draft.loose,
});

const dataOf = (project: Project): string => JSON.stringify(project.sources);

export interface ProverOptions {
  readonly seed: number;
  readonly onFailure: (failure: Failure) => void;
}

const EDITS_PER_PROJECT = 25;
const REVERT = 0.05;
/** How many of the edits that the engine refuses are shown to Bough. */
const HAZARDS = 0.5;

/** Plays projects and their edits on Bough, and compares. */
export class Prover {
  readonly tally = new Tally();
  readonly discards: { readonly models: Discards; readonly edits: Discards } = {
    models: noDiscards(),
    edits: noDiscards(),
  };
  readonly #rebuild: Rebuild;
  readonly #scratch: string;
  readonly #options: ProverOptions;

  private constructor(scratch: string, rebuild: Rebuild, options: ProverOptions) {
    this.#scratch = scratch;
    this.#rebuild = rebuild;
    this.#options = options;
  }

  static async open(options: ProverOptions): Promise<Prover> {
    const scratch = scratchFolder();
    mkdirSync(scratch, { recursive: true });
    return new Prover(scratch, await Rebuild.open(scratch), options);
  }

  get totals(): Totals {
    const { models, edits } = this.discards;
    return {
      ...this.tally.counts,
      discards: { models: [models.tried, models.refused], edits: [edits.tried, edits.refused] },
    };
  }

  get scratch(): string {
    return this.#scratch;
  }

  get rebuild(): Rebuild {
    return this.#rebuild;
  }

  close(): void {
    this.#rebuild.close();
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  /** One project and up to so many edits of it; returns how many were made. */
  async play(part: number, most: number): Promise<number> {
    const random = new Random(seedOf(this.#options.seed, part));
    const draft = await someProject(random, this.#rebuild, this.discards.models);
    if (draft.project.models.length === 0) return 0;
    const subject = new Subject(this.#scratch);
    const run = new Play(this, subject, random, draft, `${this.#options.seed}:${part}`, this.#options.onFailure);
    try {
      return (await run.begin()) ? await run.edits(Math.min(most, EDITS_PER_PROJECT)) : 0;
    } finally {
      await subject.close();
    }
  }
}

class Play {
  readonly #prover: Prover;
  readonly #subject: Subject;
  readonly #random: Random;
  readonly #seed: string;
  readonly #onFailure: (failure: Failure) => void;
  readonly #ties: boolean;
  #draft: Draft;
  readonly #past: Draft[] = [];
  readonly #story: Chapter[] = [];

  constructor(
    prover: Prover,
    subject: Subject,
    random: Random,
    draft: Draft,
    seed: string,
    onFailure: (failure: Failure) => void,
  ) {
    this.#prover = prover;
    this.#subject = subject;
    this.#random = random;
    this.#draft = draft;
    this.#seed = seed;
    this.#onFailure = onFailure;
    this.#ties = random.chance(0.5);
  }

  #fail(edit: Failure['edit'], findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.#prover.tally.finding(finding.type);
      this.#onFailure({ finding, seed: this.#seed, edit, story: [...this.#story] });
    }
  }

  async begin(): Promise<boolean> {
    this.#story.push({ project: this.#draft.project, refresh: false, expect: 'applied' });
    const findings = await this.#bring(this.#draft, false, () => []);
    this.#fail('first build', findings);
    return findings.length === 0;
  }

  /** Applies a state and compares; `judge` looks at the plan. */
  async #bring(
    draft: Draft,
    refresh: boolean,
    judge: (planned: Planned) => readonly Finding[],
  ): Promise<readonly Finding[]> {
    this.#subject.write(filesOf(draft.project));
    const answer = await this.#subject.apply(refresh);
    if (answer.type === 'refused') return [{ type: 'refused though valid', node: null, text: answer.message }];
    const findings = [...judge(answer.planned), ...(await compare(this.#subject, expectedOf(draft)))];
    const again = await this.#subject.plan();
    if (again.changes)
      findings.push({ type: 'never settles', node: null, text: JSON.stringify(again.document.summary) });
    return findings;
  }

  async edits(most: number): Promise<number> {
    let made = 0;
    for (let attempt = 0; made < most && attempt < most * 4; attempt += 1) {
      const outcome = await this.#edit();
      if (outcome === 'failed') return made + 1;
      if (outcome === 'made') made += 1;
    }
    return made;
  }

  async #edit(): Promise<'made' | 'not made' | 'failed'> {
    const random = this.#random;
    if (this.#past.length > 0 && random.chance(REVERT)) return this.#revert();
    const kind = random.weighted(WEIGHTS);
    const project = structuredClone(this.#draft.project);
    if (!EDITS[kind].make({ random, draft: this.#draft, project, ties: this.#ties })) return 'not made';
    // A view that calls random() is refused, and rightly.
    for (const model of project.models) model.view &&= !isVolatile(model.query);
    if (JSON.stringify(filesOf(project)) === JSON.stringify(filesOf(this.#draft.project))) return 'not made';
    const { edits } = this.#prover.discards;
    edits.tried += 1;
    let next: Draft;
    try {
      next = await draftOf(project, this.#prover.rebuild);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (random.chance(HAZARDS)) return this.#hazard(kind, project, error);
      discard(edits, error);
      return 'not made';
    }
    if ([...next.contents.values()].some(({ rows }) => rows.length > MOST_ROWS * 3)) return 'not made';
    return this.#step(kind, next);
  }

  async #revert(): Promise<'made' | 'not made' | 'failed'> {
    const back = this.#random.pick(this.#past);
    if (JSON.stringify(back.project) === JSON.stringify(this.#draft.project)) return 'not made';
    return this.#step('reverted', await draftOf(back.project, this.#prover.rebuild));
  }

  async #step(kind: EditKind | 'reverted', next: Draft): Promise<'made' | 'failed'> {
    const before = this.#draft;
    const refresh = dataOf(next.project) !== dataOf(before.project);
    const quiet = kind !== 'reverted' && EDITS[kind].means === 'nothing';
    this.#story.push({ project: next.project, refresh, expect: quiet ? 'quiet' : 'applied' });
    const findings = await this.#bring(next, refresh, (planned) => this.#judge(kind, planned, before, next));
    this.#past.push(before);
    this.#draft = next;
    const { tally } = this.#prover;
    tally.edit(kind);
    const grave = findings.filter(({ type }) => type !== 'imprecise');
    for (const { type } of findings) if (type === 'imprecise') tally.imprecise(kind);
    this.#fail(kind === 'reverted' ? 'data' : kind, findings);
    return grave.length > 0 ? 'failed' : 'made';
  }

  /** Counts what a plan reuses, and holds it to it where nothing changed. */
  #judge(kind: EditKind | 'reverted', planned: Planned, before: Draft, next: Draft): readonly Finding[] {
    const { nodes } = planned.document;
    const built = nodes.filter(({ action }) => action === 'build').map(({ name }) => String(name));
    const modified = new Set(
      nodes
        .filter(({ change, action }) => change === 'modified' || (change === 'unchanged' && action === 'build'))
        .map(({ name }) => String(name)),
    );
    const sources = next.project.sources.map(({ name }) => name).filter((name) => built.includes(name));
    const changed = new Set([
      ...[...modified].filter((name) => nodes.some((node) => node.name === name && node.change === 'modified')),
      ...sources,
    ]);
    const reach = [...below(next.project, changed)].filter((name) => before.contents.has(name) && !changed.has(name));
    const same = reach.filter((name) => {
      const [was, is] = [before.contents.get(name), next.contents.get(name)];
      return JSON.stringify(was) === JSON.stringify(is);
    });
    const data = sources.length > 0;
    this.#prover.tally.precision(data ? 'data' : 'code', {
      below: reach.length,
      reused: reach.filter((name) => !built.includes(name)).length,
      same: same.length,
    });
    if (kind === 'reverted' || EDITS[kind].means === 'something' || built.length === 0) return [];
    return [{ type: 'imprecise', node: built[0] ?? null, text: `${kind}: ${built.join(', ')} would be built` }];
  }

  /**
   * A mistake in the edited query itself, where nothing of it is used: no key moves, so nothing is built. Nor does
   * anybody run a view that fails on its data only.
   */
  #unnoticed(project: Project, { node, message }: Refused): boolean {
    const model = project.models.find(({ name }) => name === node);
    const before = this.#draft.project.models.find(({ name }) => name === node);
    if (model === undefined) return false;
    const edited = JSON.stringify(model) !== JSON.stringify(before);
    return edited || (model.view && !/(Binder|Catalog|Parser) Error/.test(message));
  }

  /** Files that the engine refuses must not go through, and must change nothing. */
  async #hazard(kind: EditKind, project: Project, refused: Refused): Promise<'made' | 'failed'> {
    const refresh = dataOf(project) !== dataOf(this.#draft.project);
    this.#subject.write(filesOf(project));
    this.#story.push({ project, refresh, expect: 'refused' });
    const answer = await this.#subject.apply(refresh);
    this.#prover.tally.edit('refused');
    const findings: Finding[] = [];
    if (answer.type === 'applied' && !this.#unnoticed(project, refused)) {
      findings.push({ type: 'applied though invalid', node: refused.node, text: refused.message });
    } else {
      this.#subject.write(filesOf(this.#draft.project));
      if (answer.type === 'applied') {
        this.#prover.tally.edit('broken where nothing is used');
        await this.#subject.apply(refresh);
      }
      findings.push(...(await compare(this.#subject, expectedOf(this.#draft))));
    }
    this.#fail(kind, findings);
    this.#story.pop();
    return findings.length > 0 ? 'failed' : 'made';
  }
}
