import type { EnvironmentName, OperationId } from '../model/ids.ts';
import { UserError } from '../model/problems.ts';
import type { Revision, RevisionRef, SecondParent } from '../state/contract.ts';
import type { StateOf } from './planning.ts';
import { versionAt, type Version } from './version.ts';

/** Histories of environments, wherever their states are kept; each is read once. */
class Histories {
  /** Environments whose state could not be asked. */
  readonly unread = new Set<EnvironmentName>();
  readonly #stateOf: StateOf;
  /** Without these nothing can be promoted. */
  readonly #needed: ReadonlySet<EnvironmentName>;
  readonly #known = new Map<EnvironmentName, ReadonlyMap<number, Revision>>();

  constructor(stateOf: StateOf, needed: readonly EnvironmentName[]) {
    this.#stateOf = stateOf;
    this.#needed = new Set(needed);
  }

  async #of(environment: EnvironmentName): Promise<ReadonlyMap<number, Revision>> {
    const known = this.#known.get(environment) ?? (await this.#read(environment));
    this.#known.set(environment, known);
    return known;
  }

  async #read(environment: EnvironmentName): Promise<ReadonlyMap<number, Revision>> {
    try {
      const revisions = await (await this.#stateOf(environment)).revisions(environment);
      return new Map(revisions.map((one) => [one.revision, one]));
    } catch (error) {
      if (!(error instanceof UserError) || this.#needed.has(environment)) throw error;
      this.unread.add(environment);
      return new Map();
    }
  }

  async #at({ environment, revision }: RevisionRef): Promise<Revision | undefined> {
    return (await this.#of(environment)).get(revision);
  }

  async #promoted(parent: SecondParent): Promise<Revision | undefined> {
    const found = await this.#at(parent);
    return parent.operation === null || found?.operationId === parent.operation ? found : undefined;
  }

  /**
   * What a revision stands on: the one before it, or the one whose place a rollback took; the branch point; what was
   * promoted. Nothing before a delete.
   */
  async #parents({ environment, revision, standsAt, from, base }: Revision): Promise<readonly Revision[]> {
    const parents = [
      base === null || base.revision === 0 ? undefined : await this.#at(base),
      from === null ? undefined : await this.#promoted(from),
      await this.#at({ environment, revision: standsAt ?? revision - 1 }),
    ];
    return parents.filter((one) => one !== undefined).filter(({ operation }) => operation !== 'delete');
  }

  /** A revision and all that it stands on, each before what it stands on itself; its own line first where that is free. */
  async ancestors(head: Revision): Promise<readonly Revision[]> {
    const seen = new Set<OperationId>([head.operationId]);
    const walked: Revision[] = [];
    const path = [{ revision: head, parents: (await this.#parents(head)).values() }];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const { value: next } = at.parents.next();
      if (next === undefined) {
        walked.push(at.revision);
        path.pop();
      } else if (!seen.has(next.operationId)) {
        seen.add(next.operationId);
        path.push({ revision: next, parents: (await this.#parents(next)).values() });
      }
    }
    return walked.reverse();
  }
}

export interface CommonPoint {
  /** null: the two grew from nothing that they share. */
  readonly base: Version | null;
  /** Environments by way of which they may share more: their states could not be asked. */
  readonly unread: readonly EnvironmentName[];
}

/**
 * The version that both sides grew from: the newest revision that FROM stands on and that TO contains, be it one of FROM
 * that was promoted, one of TO that was promoted to FROM, or one that came to both by way of others. Never one before
 * FROM's branch point: what TO has taken back since is not FROM's change.
 */
export async function commonPoint(stateOf: StateOf, from: Version, to: Version | null): Promise<CommonPoint> {
  if (to === null) return { base: from.base, unread: [] };
  const histories = new Histories(stateOf, [from.ref.environment, to.ref.environment]);
  const contained = new Set((await histories.ancestors(to.revision)).map(({ operationId }) => operationId));
  const common = (await histories.ancestors(from.revision)).find(({ operationId }) => contained.has(operationId));
  const before = from.base === null ? [] : await histories.ancestors(from.base.revision);
  const older = common === undefined || before.some(({ operationId }) => operationId === common.operationId);
  const base = older ? from.base : await versionAt(await stateOf(common.environment), common);
  return { base, unread: [...histories.unread] };
}
