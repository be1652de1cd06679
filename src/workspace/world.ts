import { randomBytes } from 'node:crypto';
import type { Applying } from '../apply/applying.ts';
import type { WorkspaceOptions } from './contract.ts';
import type { Engine, Patience } from '../engines/contract.ts';
import type { Root } from '../model/environments.ts';
import type { BoundProject } from '../bindings/bind.ts';
import { baseOf, rootOf, routesIn } from '../bindings/declaration.ts';
import type { Outsides } from '../bindings/open-outsides.ts';
import { releaseTaker } from '../bindings/release-taker.ts';
import { noteSecretsOf } from '../bindings/secrets/secret-names.ts';
import { authenticated } from '../bindings/secrets/authenticated.ts';
import { ungrantable } from '../bindings/ungrantable.ts';
import { openEngine } from '../engines/index.ts';
import { openAnalysisCache, type AnalysisCache } from '../facts/analysis-cache.ts';
import type { CacheAccess } from '../facts/cache-file.ts';
import { ANALYSIS_VERSION } from '../facts/analysis-version.ts';
import { factTaker, snapshotNow } from '../facts/taker.ts';
import { instantOf, type EnvironmentName } from '../model/ids.ts';
import type { Container } from '../model/references.ts';
import { refuse, UserError, type Position, type Problem } from '../model/problems.ts';
import type { Config, Project } from '../model/project.ts';
import { graphOf, type GraphOptions } from '../plan/graph.ts';
import type { ViewNaming } from '../plan/view-owners.ts';
import type { Pinned, Planning, StateOf } from '../plan/planning.ts';
import { byPlace, loadConfig, readProject, UntouchedFiles, type Spared } from '../project/index.ts';
import { read, resolve } from '../sql/index.ts';
import type { Databases } from '../sources/contract.ts';
import { openDatabases } from '../sources/databases.ts';
import type { State } from '../state/contract.ts';
import { currentHolder, liveness } from '../state/holder.ts';
import { openState } from '../state/index.ts';
import { outsidesOf, Surroundings } from './surroundings.ts';
import type { SecretSource } from '../model/secret.ts';
import type { Target } from '../targets/contract.ts';
import { targetFor } from '../targets/index.ts';

const DEFAULT_WAIT = 120_000;

/** A project's files as one environment sees them. */
export interface BoundFiles {
  readonly bound: BoundProject;
  readonly warnings: readonly Problem[];
}

/** Names come up again and again: each is folded once. */
function remembered(fold: (identifier: string) => string): (identifier: string) => string {
  const known = new Map<string, string>();
  return (identifier) => {
    const found = known.get(identifier);
    if (found !== undefined) return found;
    const folded = fold(identifier);
    known.set(identifier, folded);
    return folded;
  };
}

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';
const unique = (length: number): string =>
  Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');

/** The configuration; where it is broken, what is wrong in all other files is told with it. */
function configOf(root: string, { lookup, missing }: Outsides): Config {
  try {
    return loadConfig(root, lookup);
  } catch (error) {
    if (error instanceof UserError) refuse([...readProject(root, lookup).problems, ...missing()].sort(byPlace));
    throw error;
  }
}

/** Lets tests and tools stand between the operations and the world: count, trace, fail or kill at each call. */
export interface Decorators {
  readonly engine?: (engine: Engine) => Engine;
  readonly state?: (state: State) => State;
  readonly target?: (target: Target) => Target;
}

/** Which root a world is of, and where it finds the history of others. */
export interface Place {
  /** null: the project's own base. */
  readonly at: Root | null;
  readonly stateOf: StateOf;
}

interface Parts {
  readonly root: string;
  readonly config: Config;
  readonly engine: Engine;
  readonly state: State;
  readonly stateOf: StateOf;
  readonly options: WorkspaceOptions;
  readonly surroundings: Surroundings;
  readonly around: Decorators;
}

/** What planners and operations see of the world, for one project: the one place where contracts meet what keeps them. */
export class World {
  readonly root: string;
  readonly config: Config;
  readonly engine: Engine;
  readonly state: State;
  readonly options: WorkspaceOptions;
  readonly surroundings: Surroundings;
  readonly #stateOf: StateOf;
  readonly #signal: AbortSignal;
  readonly #databases = new Map<EnvironmentName, Databases>();
  readonly #around: Decorators;
  #analysis: Promise<AnalysisCache> | null = null;

  private constructor({ root, config, engine, state, stateOf, options, surroundings, around }: Parts) {
    this.#around = around;
    this.root = root;
    this.config = config;
    this.engine = engine;
    this.state = state;
    this.options = options;
    this.#stateOf = stateOf;
    this.surroundings = surroundings;
    this.#signal = options.signal ?? new AbortController().signal;
  }

  static async open(
    root: string,
    options: WorkspaceOptions,
    decorators: Decorators,
    { at, stateOf }: Place,
  ): Promise<World> {
    const outsides = await outsidesOf(root, options);
    const project = configOf(root, outsides);
    noteSecretsOf(project, outsides.lookup);
    const config = at === null ? project : { ...project, ...at.home, base: at.base };
    const { engine: aroundEngine = (engine) => engine, state: aroundState = (state) => state } = decorators;
    const secrets = { declared: config.secrets, providers: outsides.providers(at?.base ?? null) };
    const engine = aroundEngine(openEngine(authenticated(config.engine, secrets), config.timezone));
    const state = aroundState(await openState(authenticated(config.state, secrets), { create: true, liveness }));
    const surroundings = new Surroundings(root, config, options, outsides);
    return new World({ root, config, engine, state, stateOf, options, surroundings, around: decorators });
  }

  get #access(): CacheAccess {
    return this.options.dryRun === true ? 'read' : 'write';
  }

  patience(signal = this.#signal): Patience {
    const onWait = (holder: string): void =>
      this.options.listener?.({ type: 'waiting', what: 'the warehouse', holder });
    return { wait: this.options.wait ?? DEFAULT_WAIT, signal, onWait };
  }

  get naming(): ViewNaming {
    const { maxIdentifier } = this.engine;
    return { fold: (identifier) => this.engine.fold(identifier), maxIdentifier, naming: this.config.naming };
  }

  /** What reading the SQL of files takes: no database, no network. */
  async reading(): Promise<GraphOptions> {
    const { dialect } = this.engine;
    // Files and variables are seen as they are now.
    await this.surroundings.look();
    this.#analysis ??= openAnalysisCache(this.root, ANALYSIS_VERSION, dialect, this.#access);
    return {
      fold: remembered((identifier) => this.engine.fold(identifier)),
      read: (text, parameters) => read(text, { dialect, parameters }),
      remembered: await this.#analysis,
    };
  }

  /** Other databases as an environment reads them. */
  databases(environment: EnvironmentName): Databases {
    const known = this.#databases.get(environment);
    if (known !== undefined) return known;
    const made = openDatabases({
      root: this.root,
      variables: this.options.variables ?? process.env,
      passwordOf: (credential) => this.surroundings.passwordOf(credential, environment),
      boundAt: (source) => this.surroundings.boundAt(source, environment),
    });
    this.#databases.set(environment, made);
    return made;
  }

  /** What a plan for an environment is made with. Other databases are seen as they are now, or as they were if pinned. */
  async planning(environment: EnvironmentName, pinned: Pinned | null): Promise<Planning> {
    const { surroundings } = this;
    if (pinned === null) await this.databases(environment).release();
    return {
      ...(await this.reading()),
      state: this.state,
      releases: releaseTaker({ root: this.root, env: this.options.variables ?? process.env, signal: this.#signal }),
      stateOf: this.#stateOf,
      routes: routesIn(this.config.wiring),
      facts: factTaker({
        root: this.root,
        access: this.#access,
        engine: this.engine,
        databases: this.databases(environment),
        patience: this.patience(),
      }),
      engine: await this.engine.fact(),
      timezone: this.config.timezone,
      base: this.config.base,
      baseOf: (environment) => baseOf(this.config, environment),
      grantsOf: (environment) => surroundings.declaration(environment)?.grants ?? [],
      rebind: (nodes, environment, known) => surroundings.rebound(nodes, environment, known),
      guard: (nodes) => surroundings.guard(nodes, environment),
      now: pinned?.clock ?? instantOf(new Date()),
      resolve,
    };
  }

  applying(environment = this.config.base): Applying {
    return {
      state: this.state,
      stateOf: this.#stateOf,
      engine: this.engine,
      databases: this.databases(environment),
      naming: this.naming,
      holder: currentHolder(),
      root: this.root,
      signal: this.#signal,
      listener: this.options.listener ?? (() => undefined),
      cutoff: this.config.cutoff,
      determinism: this.config.determinism,
      wait: this.options.wait ?? DEFAULT_WAIT,
      now: () => instantOf(new Date()),
      unique,
      contentNow: (leaf) => snapshotNow(this.root, leaf),
      openTarget: (container, at) => this.#openTarget(container, at, environment),
    };
  }

  async #openTarget(container: Container, at: Position, environment: EnvironmentName): Promise<Target> {
    const { root, options } = this;
    const variables = options.variables ?? process.env;
    const passwordOf = (credential: string): SecretSource => this.surroundings.passwordOf(credential, environment);
    const type = targetFor(container);
    if (type === null) throw new Error(`no plan exports to ${container.type}`);
    const target = await type.open(container, { root, variables, passwordOf, at });
    return this.#around.target?.(target) ?? target;
  }

  /** A project as an environment sees it; what is wrong with that stands among its problems. */
  bound(project: Project, environment: EnvironmentName): BoundProject {
    const bound = this.surroundings.bound(project, environment);
    if (this.#engineOf(environment).grants) return bound;
    return { ...bound, problems: [...bound.problems, ...ungrantable(bound)] };
  }

  /** The engine behind an environment, which may be of another root. */
  #engineOf(environment: EnvironmentName): Pick<Engine, 'grants'> {
    const root = this.config.wiring.environments.get(rootOf(this.config, environment));
    return root === undefined || root.home === null ? this.engine : openEngine(root.home.engine, this.config.timezone);
  }

  /** The files as they lie there now, with what is remembered of them. */
  untouched({ remembered }: Planning): Spared {
    return remembered === undefined ? {} : { untouched: new UntouchedFiles(this.root, remembered) };
  }

  /**
   * The files as an environment sees them, checked whole: what is broken in one place does not hide what is wrong in
   * another. Throws UserError with all problems.
   */
  files(environment: EnvironmentName, planning: Planning, spared: Spared = this.untouched(planning)): BoundFiles {
    const read = readProject(this.root, this.surroundings.variables, spared);
    const bound = this.bound({ root: this.root, config: this.config, nodes: read.nodes }, environment);
    const problems = [...read.problems, ...this.surroundings.outside(environment).problems, ...bound.problems];
    if (!problems.some((one) => one.severity === 'error')) return { bound, warnings: problems };
    const { problems: found } = graphOf(bound.nodes, planning);
    // A table can be unknown because the very file that defines it is broken, a parameter because nothing binds it.
    const unsure = bound.problems.length === 0 ? ['table-unknown'] : ['table-unknown', 'parameter-unknown'];
    const certain = found.filter(({ code }) => !unsure.includes(code));
    refuse([...problems, ...certain]);
    throw new Error('a project with problems was not refused');
  }

  async close(): Promise<void> {
    await Promise.all([...this.#databases.values()].map((one) => one.release()));
    (await this.#analysis)?.close();
    await this.state.close();
  }
}
