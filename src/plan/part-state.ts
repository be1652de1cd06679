import type { NodeName } from '../model/ids.ts';
import type { Entry, RevisionRef, StateReader } from '../state/contract.ts';

/** A state that is asked for the entries of a revision once, and tells those of some nodes. */
export class PartState {
  readonly #state: StateReader;
  readonly #entries = new Map<string, Promise<readonly Entry[]>>();

  constructor(state: StateReader) {
    this.#state = state;
  }

  /** Without the nodes that are outside. */
  reader(isOutside: (node: NodeName) => boolean = () => false): StateReader {
    const state = this.#state;
    return {
      environments: () => state.environments(),
      environment: (name) => state.environment(name),
      revisions: (environment) => state.revisions(environment),
      revision: (ref) => state.revision(ref),
      entries: async (ref) => (await this.#entriesOf(ref)).filter(({ node }) => !isOutside(node)),
      pastLocals: (ref, nodes) => state.pastLocals(ref, nodes),
      definitions: (hashes) => state.definitions(hashes),
      meanings: (keys) => state.meanings(keys),
      buildsOf: (keys) => state.buildsOf(keys),
      builds: (ids) => state.builds(ids),
      buildsBy: (recipes, most) => state.buildsBy(recipes, most),
      fingerprints: (builds) => state.fingerprints(builds),
      passedAudits: (keys) => state.passedAudits(keys),
      viewOwners: (names) => state.viewOwners(names),
      viewsOf: (environment) => state.viewsOf(environment),
      exportsOf: (environment) => state.exportsOf(environment),
      exportsAt: (places) => state.exportsAt(places),
    };
  }

  #entriesOf(ref: RevisionRef): Promise<readonly Entry[]> {
    const address = `${ref.revision} ${ref.environment}`;
    const known = this.#entries.get(address) ?? this.#state.entries(ref);
    this.#entries.set(address, known);
    return known;
  }
}
