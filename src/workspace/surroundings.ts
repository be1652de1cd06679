import { homedir } from 'node:os';
import { StalePlan } from '../apply/operate.ts';
import { bind, type BoundProject } from '../bindings/bind.ts';
import { bindingsOf } from '../bindings/bindings-of.ts';
import { declarationOf } from '../bindings/declaration.ts';
import { lineOf } from '../bindings/line.ts';
import {
  openOutsides,
  type EnvironmentOutside,
  type OutsideOptions,
  type Outsides,
} from '../bindings/open-outsides.ts';
import { profileMoved, profilePath } from '../bindings/profiles.ts';
import { rebind, type Present } from '../bindings/rebind.ts';
import { guardRecorded } from '../bindings/recorded-guard.ts';
import { Scope } from '../bindings/scope.ts';
import { passwordOf } from '../bindings/secrets/authenticated.ts';
import { noteSecretsOf } from '../bindings/secrets/secret-names.ts';
import type { WorkspaceOptions } from './contract.ts';
import type { EnvironmentDeclaration } from '../model/environments.ts';
import type { EnvironmentName, NodeName } from '../model/ids.ts';
import type { Node, SourceNode } from '../model/node.ts';
import type { PlanProfile } from '../model/plan.ts';
import { refuse, type Position, type Problem } from '../model/problems.ts';
import type { Config, Project } from '../model/project.ts';
import type { Binding, Mention } from '../model/references.ts';
import type { SecretSource } from '../model/secret.ts';
import type { Bindings } from '../plan/merge-bindings.ts';

type Nodes = ReadonlyMap<NodeName, Node>;
type Options = Pick<WorkspaceOptions, 'variables' | 'profile'>;

/** Where variables and the user's own files are. */
const placesOf = (root: string, { variables = process.env }: Options): Omit<OutsideOptions, 'profile'> => ({
  root,
  environment: variables,
  home: homedir(),
});

/** Variables, `.env` files and the profile, as they are now. */
export const outsidesOf = (root: string, options: Options, profile = options.profile ?? null): Promise<Outsides> =>
  openOutsides({ ...placesOf(root, options), profile });

/** What the environments of a project are bound to: by their declarations, and by what lies around the project. */
export class Surroundings {
  readonly #root: string;
  readonly #config: Config;
  readonly #options: Options;
  #outsides: Outsides;
  #profile: OutsideOptions['profile'];

  constructor(root: string, config: Config, options: Options, outsides: Outsides) {
    this.#root = root;
    this.#config = config;
    this.#options = options;
    this.#outsides = outsides;
    this.#profile = options.profile ?? null;
  }

  get variables(): Outsides['lookup'] {
    return this.#outsides.lookup;
  }

  /** Sees files and variables as they are now. */
  async look(): Promise<void> {
    this.#outsides = await openOutsides({ ...placesOf(this.#root, this.#options), profile: this.#profile });
    noteSecretsOf(this.#config, this.#outsides.lookup);
  }

  /** From now on uses the very profile that a plan was made with. Throws StalePlan where that is not to be had. */
  async pinProfile(environment: EnvironmentName, saved: PlanProfile | null): Promise<void> {
    if (this.#options.profile === undefined) {
      this.#profile = saved === null ? false : profilePath(saved.file, placesOf(this.#root, this.#options));
      await this.look();
    }
    const moved = profileMoved(saved, this.outside(environment).profile);
    if (moved !== null) throw new StalePlan(moved);
  }

  /** The profile that an environment uses, as plans record it. */
  profile(environment: EnvironmentName): { readonly profile?: PlanProfile } {
    const { profile } = this.outside(environment);
    return profile === null ? {} : { profile: { file: profile.file, digest: profile.digest } };
  }

  /** What is said of an environment, by its own name or by the rule of its branch. */
  declaration(environment: EnvironmentName): EnvironmentDeclaration | null {
    const found = declarationOf(this.#config, environment);
    return found.ok ? found.declaration : null;
  }

  /** The declared environment by whose declaration an environment goes: itself, or the one that its branch's rule names. */
  #goesBy = (environment: EnvironmentName): EnvironmentName => this.declaration(environment)?.name ?? environment;

  /** The environment that an environment goes by, and before it those that it takes values from. */
  #line(environment: EnvironmentName): readonly EnvironmentName[] {
    return lineOf(this.#goesBy(environment), this.#config.wiring, this.#config.base);
  }

  /** What an environment takes from beyond the declarations. */
  outside(environment: EnvironmentName): EnvironmentOutside {
    return this.#outsides.for(this.#goesBy(environment), this.#line(environment));
  }

  /** The password that a connection of an environment names. */
  passwordOf(credential: string, environment: EnvironmentName): SecretSource {
    const providers = this.#outsides.providers(this.#goesBy(environment));
    return passwordOf(credential, { declared: this.#config.secrets, providers });
  }

  /** A project as an environment sees it; what is wrong with that stands among its problems. */
  bound(project: Project, environment: EnvironmentName): BoundProject {
    return bind(project, environment, (name) => this.outside(name));
  }

  /** Where it is said what the connection of a source is. */
  boundAt({ mentions = [], origin }: SourceNode, environment: EnvironmentName): Position | null {
    const mention = mentions.find((one) => one.as === 'connection');
    if (mention === undefined) return origin.type === 'connection' ? (origin.written?.at ?? null) : null;
    return this.#bindingOf(mention, environment, [])?.at ?? null;
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

  /** What a name stands for by the files, the variables and the profile that are at hand. */
  #present(mention: Mention, environment: EnvironmentName, problems: Problem[]): Present | null {
    const given = this.outside(environment).values.get(mention.name);
    if (given !== undefined) return { bound: { kind: 'value', value: given.value }, variable: given.variable };
    return this.#bindingOf(mention, environment, problems);
  }

  /** What an environment says that a name stands for. */
  #bindingOf({ name, at }: Mention, environment: EnvironmentName, problems: Problem[]): Binding | null {
    const declaration = this.declaration(environment);
    const { wiring } = this.#config;
    const reference = new Scope(wiring).resolve(name, at);
    if (declaration === null || !reference.ok) return null;
    return bindingsOf(wiring, declaration, this.outside(environment), problems).get(reference.name) ?? null;
  }

  /** Keeps production and the rest apart in recorded code. Throws UserError. */
  guard(nodes: Iterable<Node>, environment: EnvironmentName): void {
    const declaration = this.declaration(environment);
    if (declaration !== null) refuse(guardRecorded(declaration, nodes, this.#config.wiring));
  }

  /** What an environment may use although its status says no: every plan tells of it. */
  allowances(environment: EnvironmentName): readonly string[] {
    const allow = this.declaration(environment)?.allow ?? [];
    return allow.map(
      ({ reference, reason }) => `allowed here: \`${reference}\` of the other status, because: ${reason}`,
    );
  }
}
