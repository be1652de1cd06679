import { recordOf } from './model-record.ts';
import type { Remembered } from '../model/facts.ts';
import type { Key, NodeName } from '../model/ids.ts';
import type { ModelNode } from '../model/node.ts';
import type { GraphNode } from './graph.ts';
import { questionOf } from './identify-model.ts';
import type { Identity } from './identity.ts';
import { readDetail } from './seen.ts';

/** A part of a project that is planned by itself. */
export interface Part {
  /** Its nodes, inputs before readers: as they stand in a plan of the whole. */
  readonly order: readonly NodeName[];
  /** Those of them that are only read here. */
  readonly edges: ReadonlyMap<NodeName, Edge>;
  /** Is told of each name, folded, that is mentioned and not inside. */
  readonly missing: (folded: string) => void;
}

/** A model that is as it was, with what it reads left out. */
export interface Edge {
  readonly graphNode: GraphNode;
  readonly identity: Identity;
}

/** The three keys that the state records of a node, one behind the other. */
export const keysOf = ({ key, codeKey, local }: Record<'key' | 'codeKey' | 'local', Key | null>): string =>
  `${key}${codeKey}${local}`;

const notAsked = (): never => {
  throw new Error('a model at the edge of a part is asked for its columns alone');
};

/** A model that has these keys still; null where nobody remembers what its readers see of it. */
export function edgeOf(node: ModelNode, keys: string, remembered: Remembered): Edge | null {
  const recorded = recordOf(node, remembered);
  if (recorded === null) return null;
  const { local, metadata, surroundings, summary } = recorded;
  const { key, codeKey } = summary;
  if (keysOf({ key, codeKey, local }) !== keys) return null;
  const written = remembered.get('seen', questionOf(node, recorded, surroundings));
  if (written === null) return null;
  return {
    graphNode: { node, bound: null, audits: new Map(), needs: [], words: metadata, metadata, local },
    identity: new EdgeIdentity(summary, local, written),
  };
}

type Said = Pick<Identity, 'key' | 'codeKey' | 'digest'>;

class EdgeIdentity implements Identity {
  readonly local: Key;
  readonly key: Key;
  readonly codeKey: Key;
  readonly digest: Key;
  /** It keeps the build that it has: what it is tied to is as it was, too. */
  readonly besides = [];
  readonly problems = [];
  readonly meaning = notAsked;
  readonly uses = notAsked;
  /** Nobody has looked at it: whoever guesses by it guesses without. */
  readonly shape = (): null => null;
  readonly #written: string;

  constructor({ key, codeKey, digest }: Said, local: Key, written: string) {
    this.local = local;
    this.key = key;
    this.codeKey = codeKey;
    this.digest = digest;
    this.#written = written;
  }

  seen(): ReturnType<Identity['seen']> {
    return readDetail(this.#written);
  }
}
