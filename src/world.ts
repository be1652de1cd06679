import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import type { Applying } from './apply/applying.ts';
import { StalePlan } from './apply/operate.ts';
import type { WorkspaceOptions } from './bough.ts';
import type { Engine, Patience } from './engines/contract.ts';
import type { Root } from './model/environments.ts';
import { bind, type BoundProject } from './bindings/bind.ts';
import { baseOf, declarationOf, rootOf, routesIn } from './bindings/declaration.ts';
import { lineOf } from './bindings/line.ts';
import { profileMoved, profilePath } from './bindings/profiles.ts';
import { openOutsides, type EnvironmentOutside, type OutsideOptions, type Outsides } from './bindings/open-outsides.ts';
import { bindingsOf } from './bindings/bindings-of.ts';
import { rebind, type Present } from './bindings/rebind.ts';
import { guardRecorded } from './bindings/recorded-guard.ts';
import { releaseTaker } from './bindings/release-taker.ts';
import { Scope } from './bindings/scope.ts';
import { noteSecretsOf } from './bindings/secrets/secret-names.ts';
import { authenticated, passwordOf } from './bindings/secrets/authenticated.ts';
import { ungrantable } from './bindings/ungrantable.ts';
import { openEngine } from './engines/index.ts';
import { openAnalysisCache, type AnalysisCache } from './facts/analysis-cache.ts';
import { ANALYSIS_VERSION } from './facts/analysis-version.ts';
import { factTaker, snapshotNow } from './facts/taker.ts';
import type { Grant } from './model/grants.ts';
import { instantOf, type EnvironmentName, type NodeName } from './model/ids.ts';
import type { Node, SourceNode } from './model/node.ts';
import type { PlanProfile } from './model/plan.ts';
import type { Binding, Container, Mention } from './model/references.ts';
import { refuse, UserError, type Position, type Problem } from './model/problems.ts';
import type { Config, Project } from './model/project.ts';
import { graphOf, type GraphOptions } from './plan/graph.ts';
import type { ViewNaming } from './plan/view-owners.ts';
import type { Bindings } from './plan/merge-bindings.ts';
import type { Pinned, Planning, StateOf } from './plan/planning.ts';
import { byPlace, loadConfig, readProject } from './project/index.ts';
import { read, resolve } from './sql/index.ts';
import type { Databases } from './sources/contract.ts';
import { openDatabases } from './sources/databases.ts';
import type { State } from './state/contract.ts';
import { currentHolder, liveness } from './state/holder.ts';
import { openState } from './state/index.ts';
import type { SecretSource } from './model/secret.ts';
import type { Target } from './targets/contract.ts';
import { targetFor } from './targets/index.ts';

const DEFAULT_WAIT = 120_000;

type Nodes = ReadonlyMap<NodeName, Node>;

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

/** Where variables and the user's own files are. */
const surroundings = (
  root: string,
  { variables = process.env }: WorkspaceOptions,
): Omit<OutsideOptions, 'profile'> => ({
  root,
  environment: variables,
  home: homedir(),
});

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
  readonly outsides: Outsides;
  readonly around: Decorators;
}

/** What planners and operations see of the world, for one project: the one place where contracts meet what keeps them. */
export class World {
  readonly root: string;
  readonly config: Config;
  readonly engine: Engine;
  readonly state: State;
  readonly options: WorkspaceOptions;
  readonly #stateOf: StateOf;
  #outsides: Outsides;
  #profile: OutsideOptions['profile'];
  readonly #signal: AbortSignal;
  readonly #databases = new Map<EnvironmentName, Databases>();
  readonly #around: Decorators;
  #analysis: Promise<AnalysisCache> | null = null;

  private constructor({ root, config, engine, state, stateOf, options, outsides, around }: Parts) {
    this.#around = around;
    this.root = root;
    this.config = config;
    this.engine = engine;
    this.state = state;
    this.options = options;
    this.#stateOf = stateOf;
    this.#outsides = outsides;
    this.#profile = options.profile ?? null;
    this.#signal = options.signal ?? new AbortController().signal;
  }

  static async open(
    root: string,
    options: WorkspaceOptions,
    decorators: Decorators,
    { at, stateOf }: Place,
  ): Promise<World> {
    const outsides = await openOutsides({ ...surroundings(root, options), profile: options.profile ?? null });
    const project = configOf(root, outsides);
    noteSecretsOf(project, outsides.lookup);
    const config = at === null ? project : { ...project, ...at.home, base: at.base };
    const { engine: aroundEngine = (engine) => engine, state: aroundState = (state) => state } = decorators;
    const secrets = { declared: config.secrets, providers: outsides.providers(at?.base ?? null) };
    const engine = aroundEngine(openEngine(authenticated(config.engine, secrets), config.timezone));
    const state = aroundState(await openState(authenticated(config.state, secrets), { create: true, liveness }));
    return new World({ root, config, engine, state, stateOf, options, outsides, around: decorators });
  }

  patience(signal = this.#signal): Patience {
    const onWait = (holder: string): void =>
      this.options.listener?.({ type: 'waiting', what: 'the warehouse', holder });
    return { wait: this.options.wait ?? DEFAULT_WAIT, signal, onWait };
  }

  get variables(): Outsides['lookup'] {
    return this.#outsides.lookup;
  }

  /** The declared environment by whose declaration an environment goes: itself, or the one that its branch's rule names. */
  #goesBy(environment: EnvironmentName): EnvironmentName {
    const found = declarationOf(this.config, environment);
    return found.ok ? (found.declaration?.name ?? environment) : environment;
  }

  /** What an environment takes from beyond the declarations. */
  outside(environment: EnvironmentName): EnvironmentOutside {
    return this.#outsides.for(this.#goesBy(environment), this.#line(environment));
  }

  /** From now on uses the very profile that a plan was made with. Throws StalePlan where that is not to be had. */
  async pinProfile(environment: EnvironmentName, saved: PlanProfile | null): Promise<void> {
    if (this.options.profile === undefined) {
      this.#profile = saved === null ? false : profilePath(saved.file, surroundings(this.root, this.options));
      await this.#lookOutside();
    }
    const moved = profileMoved(saved, this.outside(environment).profile);
    if (moved !== null) throw new StalePlan(moved);
  }

  /** The profile that an environment uses, as plans record it. */
  profile(environment: EnvironmentName): { readonly profile?: PlanProfile } {
    const { profile } = this.outside(environment);
    return profile === null ? {} : { profile: { file: profile.file, digest: profile.digest } };
  }

  async #lookOutside(): Promise<void> {
    this.#outsides = await openOutsides({ ...surroundings(this.root, this.options), profile: this.#profile });
    noteSecretsOf(this.config, this.#outsides.lookup);
  }

  get naming(): ViewNaming {
    const { maxIdentifier } = this.engine;
    return { fold: (identifier) => this.engine.fold(identifier), maxIdentifier, naming: this.config.naming };
  }

  /** What reading the SQL of files takes: no database, no network. */
  async reading(): Promise<GraphOptions> {
    const { dialect } = this.engine;
    // Files and variables are seen as they are now.
    await this.#lookOutside();
    this.#analysis ??= openAnalysisCache(this.root, ANALYSIS_VERSION, dialect);
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
      passwordOf: (credential) => this.#passwordOf(credential, environment),
      boundAt: (source) => this.#boundAt(source, environment),
    });
    this.#databases.set(environment, made);
    return made;
  }

  /** Where it is said what the connection of a source is. */
  #boundAt({ mentions = [], origin }: SourceNode, environment: EnvironmentName): Position | null {
    const mention = mentions.find((one) => one.as === 'connection');
    if (mention === undefined) return origin.type === 'connection' ? (origin.written?.at ?? null) : null;
    return this.#bindingOf(mention, environment, [])?.at ?? null;
  }

  /** What a plan for an environment is made with. Other databases are seen as they are now, or as they were if pinned. */
  async planning(environment: EnvironmentName, pinned: Pinned | null): Promise<Planning> {
    if (pinned === null) await this.databases(environment).release();
    return {
      ...(await this.reading()),
      state: this.state,
      releases: releaseTaker({ root: this.root, env: this.options.variables ?? process.env, signal: this.#signal }),
      stateOf: this.#stateOf,
      routes: routesIn(this.config.wiring),
      facts: factTaker({
        root: this.root,
        engine: this.engine,
        databases: this.databases(environment),
        patience: this.patience(),
      }),
      engine: await this.engine.fact(),
      timezone: this.config.timezone,
      base: this.config.base,
      baseOf: (environment) => baseOf(this.config, environment),
      grantsOf: (environment) => this.#grantsOf(environment),
      rebind: (nodes, environment, known) => this.rebound(nodes, environment, known),
      guard: (nodes) => this.#guard(nodes, environment),
      now: pinned?.clock ?? instantOf(new Date()),
      resolve,
    };
  }

  #grantsOf(environment: EnvironmentName): readonly Grant[] {
    const found = declarationOf(this.config, environment);
    return found.ok ? (found.declaration?.grants ?? []) : [];
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
    const passwordOf = (credential: string): SecretSource => this.#passwordOf(credential, environment);
    const type = targetFor(container);
    if (type === null) throw new Error(`no plan exports to ${container.type}`);
    const target = await type.open(container, { root, variables, passwordOf, at });
    return this.#around.target?.(target) ?? target;
  }

  /** The password that a connection of an environment names. */
  #passwordOf(credential: string, environment: EnvironmentName): SecretSource {
    const providers = this.#outsides.providers(this.#goesBy(environment));
    return passwordOf(credential, { declared: this.config.secrets, providers });
  }

  /** Recorded code under the bindings of an environment. Throws UserError where a name means nothing there. */
  rebound(nodes: Nodes, environment: EnvironmentName, known: Bindings): Nodes {
    const line = this.#line(environment).toReversed();
    const problems: Problem[] = [];
    const present = (mention: Mention): Present | null => this.#present(mention, environment, problems);
    const rebound = rebind(nodes, { environment, line, known, present });
    refuse([...problems, ...rebound.problems]);
    return rebound.nodes;
  }

  #guard(nodes: Iterable<Node>, environment: EnvironmentName): void {
    const found = declarationOf(this.config, environment);
    if (found.ok && found.declaration !== null) refuse(guardRecorded(found.declaration, nodes, this.config.wiring));
  }

  /** What a name stands for by the files, the variables and the profile that are at hand. */
  #present(mention: Mention, environment: EnvironmentName, problems: Problem[]): Present | null {
    const given = this.outside(environment).values.get(mention.name);
    if (given !== undefined) return { bound: { kind: 'value', value: given.value }, variable: given.variable };
    return this.#bindingOf(mention, environment, problems);
  }

  /** What an environment says that a name stands for. */
  #bindingOf({ name, at }: Mention, environment: EnvironmentName, problems: Problem[]): Binding | null {
    const found = declarationOf(this.config, environment);
    const { wiring } = this.config;
    const reference = new Scope(wiring).resolve(name, at);
    if (!found.ok || found.declaration === null || !reference.ok) return null;
    return bindingsOf(wiring, found.declaration, this.outside(environment), problems).get(reference.name) ?? null;
  }

  /** The environment that an environment goes by, and before it those that it takes values from. */
  #line(environment: EnvironmentName): readonly EnvironmentName[] {
    return lineOf(this.#goesBy(environment), this.config.wiring, this.config.base);
  }

  /** A project as an environment sees it; what is wrong with that stands among its problems. */
  bound(project: Project, environment: EnvironmentName): BoundProject {
    const bound = bind(project, environment, (name) => this.outside(name));
    if (this.#engineOf(environment).grants) return bound;
    return { ...bound, problems: [...bound.problems, ...ungrantable(bound)] };
  }

  /** The engine behind an environment, which may be of another root. */
  #engineOf(environment: EnvironmentName): Pick<Engine, 'grants'> {
    const root = this.config.wiring.environments.get(rootOf(this.config, environment));
    return root === undefined || root.home === null ? this.engine : openEngine(root.home.engine, this.config.timezone);
  }

  /** What an environment may use although its status says no: every plan tells of it. */
  allowances(environment: EnvironmentName): readonly string[] {
    const found = declarationOf(this.config, environment);
    const allow = found.ok ? (found.declaration?.allow ?? []) : [];
    return allow.map(
      ({ reference, reason }) => `allowed here: \`${reference}\` of the other status, because: ${reason}`,
    );
  }

  /**
   * The files as an environment sees them, checked whole: what is broken in one place does not hide what is wrong in
   * another. Throws UserError with all problems.
   */
  files(environment: EnvironmentName, planning: Planning): BoundFiles {
    const read = readProject(this.root, this.variables, planning.remembered);
    const bound = this.bound({ root: this.root, config: this.config, nodes: read.nodes }, environment);
    const problems = [...read.problems, ...this.outside(environment).problems, ...bound.problems];
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
