import type { JsonScalar } from '../model/json.ts';
import type { Position } from '../model/problems.ts';
import type { TemplateText } from '../files/interpolate.ts';

/**
 * One layer of an overlay, or several merged: a patch that says what it puts over whatever lies below. `over` are the
 * places of what it has covered, the lowest first.
 */
export type Layer = { readonly at: Position; readonly over: readonly Position[] } & (
  | { readonly type: 'scalar'; readonly value: JsonScalar }
  /** A text with variables, filled when all layers are merged. */
  | { readonly type: 'template'; readonly template: TemplateText }
  | MapLayer
  | ListLayer
  /** What lies below goes. */
  | { readonly type: 'delete' }
);

/** `whole`: nothing of what lies below shows through. */
interface MapLayer {
  readonly type: 'map';
  readonly whole: boolean;
  readonly entries: ReadonlyMap<string, Layer>;
}

interface ListLayer {
  readonly type: 'list';
  readonly whole: boolean;
  /** Each with the name that it is merged by; a list that is `whole` may hold items without one. */
  readonly items: readonly { readonly name: string | null; readonly layer: Layer }[];
}

/**
 * Puts one layer over another. Maps merge key by key, lists whose items all have a `name` item by item, everything else
 * is replaced. Associative, and a layer over itself says what it said.
 */
export function merge(below: Layer, above: Layer): Layer {
  const over = [...below.over, below.at, ...above.over];
  if (above.type === 'map' && !above.whole) {
    return below.type === 'map'
      ? { ...above, over, whole: below.whole, entries: mergeEntries(below.entries, above.entries) }
      : { ...above, over, whole: true };
  }
  if (above.type === 'list' && !above.whole) {
    return below.type === 'list' && below.items.every(({ name }) => name !== null)
      ? { ...above, over, whole: below.whole, items: mergeItems(below.items, above.items) }
      : { ...above, over, whole: true };
  }
  return { ...above, over };
}

function mergeEntries(below: MapLayer['entries'], above: MapLayer['entries']): MapLayer['entries'] {
  const entries = new Map(below);
  for (const [key, layer] of above) {
    const covered = below.get(key);
    entries.set(key, covered === undefined ? layer : merge(covered, layer));
  }
  return entries;
}

/** Items stay where they were; new ones come last. */
function mergeItems(below: ListLayer['items'], above: ListLayer['items']): ListLayer['items'] {
  const merged = mergeEntries(byName(below), byName(above));
  return [...merged].map(([name, layer]) => ({ name, layer }));
}

const byName = (items: ListLayer['items']): MapLayer['entries'] =>
  new Map(items.flatMap(({ name, layer }) => (name === null ? [] : [[name, layer] as const])));

/** What is left when nothing more comes over it: the deleted is gone. null: all of it was deleted. */
export function settled(layer: Layer): Layer | null {
  if (layer.type === 'delete') return null;
  if (layer.type === 'map') {
    const entries = [...layer.entries].flatMap(([key, inner]) => {
      const left = settled(inner);
      return left === null ? [] : [[key, left] as const];
    });
    return { ...layer, entries: new Map(entries) };
  }
  if (layer.type !== 'list') return layer;
  const items = layer.items.flatMap(({ name, layer: inner }) => {
    const left = settled(inner);
    return left === null ? [] : [{ name, layer: left }];
  });
  return { ...layer, items };
}
