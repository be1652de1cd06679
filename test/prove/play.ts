import { discard, draftOf, endlessIn, MOST_ROWS, type Draft } from './draft.ts';
import { EDITS, WEIGHTS, type EditKind } from './edits.ts';
import type { Finding } from './judge.ts';
import { below, filesOf, type Project } from './project.ts';
import type { Prover } from './prover.ts';
import { callsClock, isVolatile } from './query.ts';
import type { Random } from './random.ts';
import { Refused } from './rebuild.ts';
import type { Chapter } from './shrink.ts';
import { APPLY, pageOf, PROD, type Page, type Stage, type Turned } from './story.ts';
import type { Answer, Operation } from './subject.ts';

type Outcome = 'made' | 'not made' | 'failed';
type Step = EditKind | 'reverted' | 'touched' | Exclude<Operation['type'], 'apply'>;

const BRANCHES = ['dev', 'feature/a'];
/** How many of the edits that the engine refuses are shown to Bough. */
const HAZARDS = 0.5;
const STEPS = { edit: 30, revert: 1.5, touched: 0.5, run: 1 };
const WITH_BRANCHES = { ...STEPS, run: 2, promote: 3, delete: 0.3, gc: 0.5 };

const dataOf = (project: Project): string => JSON.stringify(project.sources);

const isGrave = ({ type }: Finding): boolean => type !== 'imprecise';

/** One project and what is done with it. */
export class Play {
  readonly #prover: Prover;
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #seed: string;
  readonly #ties: boolean;
  readonly #branches: boolean;
  readonly #rollbacks: boolean;
  readonly #days: boolean;
  #draft: Draft;
  readonly #past: Draft[] = [];
  readonly #story: Chapter[] = [];
  /** Prod holds the files and nothing else: what the engine takes, Bough must take. */
  #certain = true;

  constructor(prover: Prover, stage: Stage, random: Random, draft: Draft, seed: string) {
    this.#prover = prover;
    this.#stage = stage;
    this.#random = random;
    this.#draft = draft;
    this.#seed = seed;
    this.#ties = random.chance(0.5);
    this.#branches = random.chance(0.6);
    this.#rollbacks = random.chance(0.3);
    this.#days = random.chance(0.4);
  }

  #fail(step: string, findings: readonly Finding[]): Outcome {
    for (const finding of findings) {
      this.#prover.tally.finding(finding.type);
      this.#prover.options.onFailure({ finding, seed: this.#seed, step, story: [...this.#story] });
    }
    return findings.some(isGrave) ? 'failed' : 'made';
  }

  async begin(): Promise<boolean> {
    for (const [path, text] of Object.entries(this.#draft.files))
      if (path.endsWith('.sql')) this.#prover.tally.written(text);
    const { findings } = await this.#turn(this.#draft, APPLY, { expect: 'applied' });
    return this.#fail('first build', findings) === 'made';
  }

  async #turn(draft: Draft, operation: Operation, rest: Pick<Page, 'expect' | 'touched'>): Promise<Turned> {
    // On another day, what was quiet may not be.
    const later = this.#days && rest.expect !== 'quiet' && this.#random.chance(0.1);
    const again = this.#random.chance(0.3);
    const timed = { ...rest, ...(later ? { later } : {}), ...(again ? { again } : {}) };
    this.#story.push({ project: draft.project, operation, ...timed });
    const turned = await this.#stage.turn(pageOf(draft, operation, timed));
    if (turned.answer.type === 'done') this.#prover.tally.result(turned.answer);
    return turned;
  }

  async edits(most: number): Promise<number> {
    let made = 0;
    for (let attempt = 0; made < most && attempt < most * 4; attempt += 1) {
      const outcome = await this.#step();
      if (outcome === 'failed') return made + 1;
      if (outcome === 'made') made += 1;
    }
    return made;
  }

  #step(): Promise<Outcome> | Outcome {
    const random = this.#random;
    const weights = { ...(this.#branches ? WITH_BRANCHES : STEPS), ...(this.#rollbacks ? { rollback: 1.5 } : {}) };
    const step = random.weighted<string>(weights);
    const environment = this.#branches && random.chance(0.4) ? random.pick(BRANCHES) : PROD;
    switch (step) {
      case 'revert':
        return this.#revert(environment);
      case 'touched':
        return this.#touch();
      case 'run':
      case 'rollback':
      case 'gc':
        return this.#operate({ type: step, environment });
      case 'delete':
        return this.#operate({ type: step, environment: random.pick(BRANCHES) });
      case 'promote':
        return this.#operate({ type: 'promote', environment: PROD, from: random.pick(BRANCHES) });
      default:
        return this.#edit(environment);
    }
  }

  async #edit(environment: string): Promise<Outcome> {
    const random = this.#random;
    const kind = random.weighted(WEIGHTS);
    const project = structuredClone(this.#draft.project);
    if (!EDITS[kind].make({ random, draft: this.#draft, project, ties: this.#ties })) return 'not made';
    // A view that calls random() is refused, and rightly.
    for (const model of project.models)
      model.view &&= !isVolatile(model.query) && !(model.clock === 'ignore' && callsClock(model.query));
    const files = filesOf(project);
    if (JSON.stringify(files) === JSON.stringify(this.#draft.files) || endlessIn(project) !== null) return 'not made';
    const { edits } = this.#prover.discards;
    edits.tried += 1;
    let next: Draft;
    try {
      next = await draftOf(project, this.#prover.rebuild);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (this.#certain && environment === PROD && random.chance(HAZARDS)) return this.#hazard(kind, project, error);
      discard(edits, error);
      return 'not made';
    }
    if ([...next.contents.values()].some(({ rows }) => rows.length > MOST_ROWS * 3)) return 'not made';
    return this.#apply(kind, next, environment);
  }

  async #revert(environment: string): Promise<Outcome> {
    if (this.#past.length === 0) return 'not made';
    const back = this.#random.pick(this.#past);
    if (JSON.stringify(back.project) === JSON.stringify(this.#draft.project)) return 'not made';
    return this.#apply('reverted', await draftOf(back.project, this.#prover.rebuild), environment);
  }

  async #touch(): Promise<Outcome> {
    const operation: Operation = { ...APPLY, refresh: true };
    const timeless = !this.#draft.project.models.some(({ query }) => callsClock(query));
    const expect = this.#certain && timeless ? 'quiet' : 'any';
    const { findings } = await this.#turn(this.#draft, operation, { expect, touched: true });
    this.#prover.tally.edit('touched');
    return this.#fail('touched', findings);
  }

  /** Runs what takes nothing from the files. */
  async #operate(operation: Exclude<Operation, { type: 'apply' }>): Promise<Outcome> {
    const present = await this.#stage.environments();
    const needed = operation.type === 'promote' ? operation.from : operation.environment;
    if (!present.includes(needed)) return 'not made';
    if (operation.environment === PROD) this.#certain = false;
    const { answer, findings } = await this.#turn(this.#draft, operation, { expect: 'any' });
    this.#prover.tally.edit(answer.type === 'refused' ? 'refused' : operation.type);
    return this.#fail(operation.type, findings);
  }

  async #apply(kind: EditKind | 'reverted', next: Draft, environment: string): Promise<Outcome> {
    const before = this.#draft;
    const moved = dataOf(next.project) !== dataOf(before.project);
    const lags = moved && this.#random.chance(0.1);
    const means = kind === 'reverted' ? 'something' : EDITS[kind].means;
    const certain = this.#certain && environment === PROD && !lags;
    const operation: Operation = { type: 'apply', environment, refresh: moved && !lags, takeBack: false };
    const expect = !certain ? 'any' : means === 'nothing' ? 'quiet' : 'applied';
    const { answer, findings } = await this.#turn(next, operation, { expect });
    // What the files hold now, prod gets with the next edit: be it of nothing, something is built.
    if (lags || environment !== PROD) this.#certain = false;
    this.#past.push(before);
    this.#draft = next;
    const { tally } = this.#prover;
    for (const [path, text] of Object.entries(next.files))
      if (path.endsWith('.sql') && before.files[path] !== text) tally.written(text);
    if (answer.type === 'refused' && findings.length === 0) {
      tally.edit('refused');
      return environment === PROD ? this.#settle() : 'made';
    }
    tally.edit(kind);
    if (findings.some(({ type }) => type === 'imprecise')) tally.imprecise(kind);
    if (answer.type === 'done') this.#count(answer, environment, before, next);
    return this.#fail(kind, findings);
  }

  /** Makes prod hold the files again, whatever it held. */
  async #settle(): Promise<Outcome> {
    const { findings } = await this.#turn(
      this.#draft,
      { ...APPLY, refresh: true, takeBack: true },
      { expect: this.#rollbacks ? 'any' : 'applied' },
    );
    this.#certain = !this.#rollbacks;
    return this.#fail('settled', findings);
  }

  /** Counts what was reused of what a rule per model would build. */
  #count({ result }: Extract<Answer, { type: 'done' }>, environment: string, before: Draft, next: Draft): void {
    if (result === null) return;
    const built = new Set(result.nodes.flatMap(({ name, action }) => (action === 'built' ? [String(name)] : [])));
    const changed = new Set(
      [...next.project.sources, ...next.project.models]
        .map(({ name }) => name)
        .filter((name) => fileOf(before, name) !== fileOf(next, name)),
    );
    const sources = next.project.sources.some(({ name }) => changed.has(name));
    const reach = [...below(next.project, changed)].filter((name) => before.contents.has(name) && !changed.has(name));
    const same = reach.filter((name) => before.contents.get(name)?.digest === next.contents.get(name)?.digest);
    if (environment !== PROD) return;
    this.#prover.tally.precision(sources ? 'data' : 'code', {
      below: reach.length,
      reused: reach.filter((name) => !built.has(name)).length,
      same: same.length,
    });
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
  async #hazard(kind: EditKind, project: Project, refused: Refused): Promise<Outcome> {
    const refresh = dataOf(project) !== dataOf(this.#draft.project);
    const operation: Operation = { ...APPLY, refresh };
    const broken: Draft = { ...this.#draft, project, files: filesOf(project) };
    const { answer, findings } = await this.#turn(broken, operation, { expect: 'refused' });
    const { tally } = this.#prover;
    tally.edit('refused');
    if (answer.type === 'done' && !this.#unnoticed(project, refused)) return this.#fail(kind, findings);
    if (answer.type === 'done') tally.edit('broken where nothing is used');
    this.#story.pop();
    const back = await this.#turn(this.#draft, operation, { expect: 'applied' });
    return this.#fail(kind, back.findings);
  }
}

/** What a node's own files say. */
const fileOf = ({ files }: Draft, name: string): string => {
  const path = name.replace('.', '/');
  return [files[`models/${path}.sql`], files[`models/${path}.yml`], files[`data/${path}.csv`]].join('\n');
};

export type { Step };
