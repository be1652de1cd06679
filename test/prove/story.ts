import { passDay, startClock } from './clock.ts';
import { isLoose, type Loose } from './content.ts';
import { today, type Draft } from './draft.ts';
import { Judge, type Finding } from './judge.ts';
import type { Files } from './project.ts';
import { Refused, type Rebuild } from './rebuild.ts';
import { Subject, type Answer, type Operation } from './subject.ts';
import { nodeFiles, writtenIn } from './written.ts';

export const PROD = 'prod';

/** One state of a project as files, what is done with it, and what is to come of it. */
export interface Page {
  readonly files: Files;
  readonly operation: Operation;
  /** The files' data are delivered again before. */
  readonly touched?: boolean;
  /** A day goes by before. */
  readonly later?: boolean;
  /** Planning once more must find nothing to do. */
  readonly again?: boolean;
  /**
   * `refused`: the engine itself will not have these files. `quiet`: nothing may be built. `any`: Bough may refuse it,
   * because of what the environment holds besides.
   */
  readonly expect: 'applied' | 'refused' | 'quiet' | 'any';
  /** What may rightly differ from one run of a query to the next, by its text. */
  readonly loose: Readonly<Record<string, Loose>>;
}

export const APPLY: Extract<Operation, { type: 'apply' }> = {
  type: 'apply',
  environment: PROD,
  refresh: false,
  takeBack: false,
};

export const pageOf = (
  draft: Draft,
  operation: Operation,
  rest: Pick<Page, 'expect' | 'touched' | 'later' | 'again'>,
): Page => ({
  files: draft.files,
  operation,
  ...rest,
  loose: Object.fromEntries([...draft.loose].filter(([, loose]) => isLoose(loose))),
});

/** What came of a page. */
export interface Turned {
  readonly answer: Answer;
  readonly findings: readonly Finding[];
}

/** A project that is played page by page. */
export class Stage {
  readonly #subject: Subject;
  readonly #rebuild: Rebuild;
  readonly #judge: Judge;
  readonly #loose = new Map<string, Loose>();
  /** What there was of each source so far: its definitions and its deliveries. */
  readonly #leaves = new Map<string, { readonly yaml: Set<string>; readonly csv: Set<string> }>();
  readonly #genuine = new Set<string>();
  /** A rollback of prod leaves deliveries that `run` does not take again. */
  #skips = false;

  private constructor(scratch: string, rebuild: Rebuild) {
    this.#subject = new Subject(scratch);
    this.#rebuild = rebuild;
    this.#judge = new Judge(this.#subject, rebuild);
  }

  static async open(scratch: string, rebuild: Rebuild): Promise<Stage> {
    await rebuild.clear();
    startClock();
    return new Stage(scratch, rebuild);
  }

  close(): Promise<void> {
    return this.#subject.close();
  }

  /** What was looked at, by name. */
  get counts(): Readonly<Record<string, number>> {
    const { judged, warned } = this.#judge;
    const { fingerprints, parts } = this.#subject.counts;
    return { compared: judged, fingerprints, 'planned in part': parts, 'broken where nothing is used': warned };
  }

  environments(): Promise<readonly string[]> {
    return this.#subject.environments();
  }

  async turn(page: Page): Promise<Turned> {
    if (page.later === true) passDay();
    this.#subject.write(page.files);
    if (page.touched === true) this.#subject.touch();
    for (const [text, loose] of Object.entries(page.loose)) this.#loose.set(text, loose);
    const last = await this.#deliver(page.files);
    const { operation } = page;
    const answer = await this.#subject.operate(operation);
    this.#skips ||= operation.type === 'rollback' && operation.environment === PROD;
    if (answer.type === 'refused') return { answer, findings: refusedFindings(page, answer.message) };
    if (page.expect === 'refused') return { answer, findings: [await this.#refusalOf(page)] };
    const findings = [...(await this.#judged(page, answer, last)), ...(await this.#unsettled(page))];
    const built = builtIn(answer);
    if (page.expect === 'quiet' && built.length > 0)
      findings.push({ type: 'imprecise', node: built[0] ?? null, text: `${built.join(', ')} would be built` });
    return { answer, findings };
  }

  /** Remembers what the sources hold; returns what they hold now. */
  async #deliver(files: Files): Promise<ReadonlyMap<string, string>> {
    for (const { name, ending, text } of nodeFiles(files)) {
      if (ending !== 'yml') continue;
      const leaf = this.#leaves.get(name) ?? { yaml: new Set(), csv: new Set() };
      this.#leaves.set(name, leaf);
      leaf.yaml.add(text);
      leaf.csv.add(files[dataPath(name)] ?? '');
    }
    const last = await this.#rebuild.leaves(files);
    return new Map([...last].map(([name, { digest }]) => [name, digest]));
  }

  /** Whether one of a source's definitions over one of its deliveries gives this. */
  async #delivered(name: string, digest: string): Promise<boolean> {
    const asked = `${name} ${digest}`;
    if (!this.#genuine.has(asked) && (await this.#canHold(name, digest))) this.#genuine.add(asked);
    return this.#genuine.has(asked);
  }

  async #canHold(name: string, digest: string): Promise<boolean> {
    const { yaml, csv } = this.#leaves.get(name) ?? { yaml: [], csv: [] };
    const path = `models/${name.replace('.', '/')}.yml`;
    for (const definition of yaml) {
      for (const data of csv) {
        const found = await this.#rebuild.leaves({ [path]: definition, [dataPath(name)]: data }).catch(orRefused);
        if (found?.get(name)?.digest === digest) return true;
      }
    }
    return false;
  }

  async #judged(
    { files, operation }: Page,
    answer: Extract<Answer, { type: 'done' }>,
    last: ReadonlyMap<string, string>,
  ): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    const present = await this.#subject.environments();
    const warned = new Set(answer.planned?.warnings.flatMap(({ at }) => (at?.file === undefined ? [] : [at.file])));
    const delivered = (name: string, digest: string): Promise<boolean> => this.#delivered(name, digest);
    const common = { loose: this.#loose, delivered, models: new Map(), complete: false, warned };
    for (const environment of present) {
      const applied = operation.type === 'apply' && environment === operation.environment;
      if (!applied) {
        if (operation.type !== 'apply') findings.push(...(await this.#judge.compare({ ...common, environment })));
        continue;
      }
      const behind = new Set(
        answer.planned?.document.nodes.flatMap(({ name, change }) => (change === 'behind' ? [String(name)] : [])),
      );
      const models = new Map([...writtenIn(files)].filter(([name]) => !behind.has(name)));
      const fresh = operation.refresh && environment === PROD && !this.#skips && behind.size === 0;
      const isLast = async (name: string, digest: string): Promise<boolean> => last.get(name) === digest;
      const complete = behind.size === 0;
      findings.push(
        ...(await this.#judge.compare({
          ...common,
          environment,
          models,
          complete,
          ...(fresh ? { delivered: isLast } : {}),
        })),
      );
    }
    if (operation.type === 'run' || operation.type === 'gc') findings.push(...(await this.#collected(present)));
    return findings;
  }

  /** Garbage collection spares what an environment points to. */
  async #collected(environments: readonly string[]): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    for (const environment of environments) {
      const { nodes } = await this.#subject.look(environment);
      const builds = new Map([...nodes].map(([name, { build }]) => [build, name]));
      for (const gone of await this.#subject.missing([...builds.keys()]))
        findings.push({
          type: 'unsound',
          node: builds.get(gone) ?? null,
          text: `${environment}: ${gone} was collected`,
        });
    }
    return findings;
  }

  async #unsettled({ operation, again = false }: Page): Promise<readonly Finding[]> {
    if (!again || operation.type !== 'apply') return [];
    const text = await this.#subject.unsettled(operation.environment);
    if (text === null) return [];
    return [{ type: 'never settles', node: null, text: `planning again finds changes:\n${text}` }];
  }

  /** What the engine says against files that went through. */
  async #refusalOf(page: Page): Promise<Finding> {
    try {
      await this.#rebuild.tables(page.files, today());
      throw new Error('the engine takes these files');
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { type: 'applied though invalid', node: error.node, text: error.message };
    }
  }
}

const dataPath = (name: string): string => `data/${name.replace('.', '/')}.csv`;

/** A definition can be wrong for the data of another time. */
function orRefused(error: unknown): null {
  if (error instanceof Refused) return null;
  throw error;
}

/** Said to be ambiguous, and rightly refused: the engine takes a column for the clock. */
const NAMED_AS_CLOCK = 'is the clock, but a column has that name too';

const refusedFindings = ({ expect }: Page, message: string): readonly Finding[] =>
  expect === 'refused' || expect === 'any' || message.includes(NAMED_AS_CLOCK)
    ? []
    : [{ type: 'refused though valid', node: null, text: message }];

const builtIn = ({ result }: Extract<Answer, { type: 'done' }>): readonly string[] =>
  result?.nodes.flatMap(({ name, action }) => (action === 'built' ? [String(name)] : [])) ?? [];

/** Plays a story from an empty folder; returns what is wrong with the first page that something is wrong with. */
export async function play(pages: readonly Page[], rebuild: Rebuild, scratch: string): Promise<readonly Finding[]> {
  const stage = await Stage.open(scratch, rebuild);
  try {
    for (const page of pages) {
      const { findings } = await stage.turn(page);
      if (findings.length > 0) return findings;
    }
    return [];
  } finally {
    await stage.close();
  }
}
