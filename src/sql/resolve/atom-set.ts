/**
 * A set of small whole numbers that never changes. Most queries need no more than one number's bits; larger sets are
 * trees of such numbers that share what they have in common, so that a query of a hundred thousand names does not copy
 * as many bits for each of them.
 */
export type AtomSet = number | Leaf | Fork;

/** Numbers from `30 * chunk` on. A plain number is the leaf of chunk 0. */
interface Leaf {
  readonly chunk: number;
  readonly mask: number;
}

/** Two sets whose chunks agree above `bit`, lacking it (`low`) and having it (`high`); `chunk` is what they share. */
interface Fork {
  readonly chunk: number;
  readonly bit: number;
  readonly low: AtomSet;
  readonly high: AtomSet;
}

export const NO_ATOMS: AtomSet = 0;

/** As many bits as fit a small integer. */
const CHUNK = 30;

export function atomSetOf(member: number): AtomSet {
  const chunk = Math.floor(member / CHUNK);
  const mask = 1 << (member % CHUNK);
  return chunk === 0 ? mask : { chunk, mask };
}

const isFork = (set: AtomSet): set is Fork => typeof set !== 'number' && 'bit' in set;
const chunkOf = (set: AtomSet): number => (typeof set === 'number' ? 0 : set.chunk);
const maskOf = (leaf: number | Leaf): number => (typeof leaf === 'number' ? leaf : leaf.mask);

/** The union of two sets; one of them itself where it holds the other. */
export function plus(left: AtomSet, right: AtomSet): AtomSet {
  if (typeof left === 'number' && typeof right === 'number') return left | right;
  if (left === right || right === NO_ATOMS) return left;
  if (left === NO_ATOMS) return right;
  if (!isFork(left) && !isFork(right))
    return chunkOf(left) === chunkOf(right) ? leaf(left, right) : forked(left, right);
  if (isFork(left) && isFork(right) && left.bit === right.bit && left.chunk === right.chunk)
    return refork(left, plus(left.low, right.low), plus(left.high, right.high));
  if (isFork(left) && belongsIn(left, right)) return grown(left, right);
  if (isFork(right) && belongsIn(right, left)) return grown(right, left);
  return forked(left, right);
}

function leaf(left: number | Leaf, right: number | Leaf): AtomSet {
  const mask = maskOf(left) | maskOf(right);
  if (mask === maskOf(left)) return left;
  return mask === maskOf(right) ? right : { chunk: chunkOf(left), mask };
}

/** Whether all of a set belongs on one side of a fork. */
const belongsIn = (fork: Fork, set: AtomSet): boolean =>
  (isFork(set) ? set.bit : 0) < fork.bit && (chunkOf(set) & ~(2 * fork.bit - 1)) === fork.chunk;

/** The fork with a set that belongs on one of its sides. */
const grown = (fork: Fork, set: AtomSet): AtomSet =>
  (chunkOf(set) & fork.bit) === 0
    ? refork(fork, plus(fork.low, set), fork.high)
    : refork(fork, fork.low, plus(fork.high, set));

const refork = (fork: Fork, low: AtomSet, high: AtomSet): Fork =>
  low === fork.low && high === fork.high ? fork : { chunk: fork.chunk, bit: fork.bit, low, high };

/** Two sets of which neither's chunks hold the other's. */
function forked(left: AtomSet, right: AtomSet): Fork {
  const bit = 1 << (31 - Math.clz32(chunkOf(left) ^ chunkOf(right)));
  const chunk = chunkOf(left) & ~(2 * bit - 1);
  return (chunkOf(left) & bit) === 0 ? { chunk, bit, low: left, high: right } : { chunk, bit, low: right, high: left };
}

/** Calls `visit` for each member, in order. */
export function eachAtom(set: AtomSet, visit: (member: number) => void): void {
  if (isFork(set)) {
    eachAtom(set.low, visit);
    eachAtom(set.high, visit);
    return;
  }
  const base = chunkOf(set) * CHUNK;
  for (let rest = maskOf(set); rest !== 0; rest &= rest - 1) visit(base + 31 - Math.clz32(rest & -rest));
}
