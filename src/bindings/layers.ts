import { templateAt } from '../files/interpolate.ts';
import { isTemplate } from '../files/template.ts';
import type { Path, YamlDocument } from '../files/yaml.ts';
import { nearestName } from '../model/nearest.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Layer } from './merge.ts';

const PATCH = '$patch';
const PATCHES = ['delete', 'replace'] as const;
type Patch = (typeof PATCHES)[number];

/** A document as a layer; what is wrong with its directives is added to the problems. */
export const layerOf = (document: YamlDocument, problems: Problem[]): Layer =>
  new Reader(document, problems).layer(document.value, []);

type Entries = readonly (readonly [string, unknown])[];

class Reader {
  readonly #document: YamlDocument;
  readonly #problems: Problem[];

  constructor(document: YamlDocument, problems: Problem[]) {
    this.#document = document;
    this.#problems = problems;
  }

  layer(value: unknown, path: Path): Layer {
    const place = { at: this.#document.at(path), over: [] } as const;
    if (Array.isArray(value)) return this.#list(value, path);
    if (typeof value === 'object' && value !== null) return this.#map(Object.entries(value), path);
    if (typeof value === 'string' && isTemplate(value)) {
      return { ...place, type: 'template', template: templateAt(this.#document, path, value) };
    }
    if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) {
      // Nothing else is left that the checks of this line let through.
      return { ...place, type: 'scalar', value: value as string | number | boolean };
    }
    if (value !== null && value !== undefined) {
      this.#problems.push(problem('yaml-shape', 'A value must be finite.', { at: place.at }));
    }
    return { ...place, type: 'scalar', value: null };
  }

  #map(entries: Entries, path: Path): Layer {
    const patch = this.#patchOf(entries, path);
    // The place of a directive says more than the map's.
    const at = patch === null ? this.#document.at(path) : this.#document.keyAt([...path, PATCH]);
    if (patch === 'delete') return { type: 'delete', at, over: [] };
    const kept = entries.filter(([key]) => key !== PATCH);
    return {
      type: 'map',
      at,
      over: [],
      whole: patch === 'replace',
      entries: new Map(kept.map(([key, value]) => [key, this.layer(value, [...path, key])])),
    };
  }

  #patchOf(entries: Entries, path: Path): Patch | null {
    const written = entries.find(([key]) => key === PATCH)?.[1];
    if (written === undefined) return null;
    const known = PATCHES.find((one) => one === written);
    if (known !== undefined) return known;
    const near = typeof written === 'string' ? nearestName(written, PATCHES) : null;
    const hint = near === null ? 'It is `delete` or `replace`.' : `Did you mean \`${near}\`?`;
    const at = this.#document.at([...path, PATCH]);
    this.#problems.push(
      problem('overlay-invalid', `\`${PATCH}\` cannot be \`${JSON.stringify(written)}\`.`, { at, hint }),
    );
    return null;
  }

  /** A list whose items all have a name of their own merges by it; `- $patch: replace` among them replaces it. */
  #list(values: readonly unknown[], path: Path): Layer {
    const bare = (value: unknown): boolean => isBareDirective(value);
    const replaced = values.some((value) => bare(value) && patchIn(value) === 'replace');
    const kept = values.flatMap((value, index) => (bare(value) ? [] : [{ value, path: [...path, index] }]));
    const names = kept.map(({ value }) => nameOf(value));
    const named = kept.length > 0 && names.every((name) => name !== null) && new Set(names).size === names.length;
    this.#checkDirectives(values, named, path);
    return {
      type: 'list',
      at: this.#document.at(path),
      over: [],
      whole: replaced || !named,
      items: kept.map((item, index) => ({
        name: named ? (names[index] ?? null) : null,
        layer: this.layer(item.value, item.path),
      })),
    };
  }

  #checkDirectives(values: readonly unknown[], named: boolean, path: Path): void {
    values.forEach((value, index) => {
      const patch = patchIn(value);
      if (patch === undefined || (isBareDirective(value) ? patch === 'replace' : named)) return;
      const at = this.#document.keyAt([...path, index, PATCH]);
      const hint = 'Give every item a `name` of its own, or write the whole list: it replaces the one below.';
      this.#problems.push(
        problem('overlay-invalid', `There is no item that this \`${PATCH}\` could mean.`, { at, hint }),
      );
    });
  }
}

const patchIn = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, PATCH) ? Reflect.get(value, PATCH) : undefined;

const isBareDirective = (value: unknown): boolean =>
  patchIn(value) !== undefined && typeof value === 'object' && value !== null && Object.keys(value).length === 1;

function nameOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'name')) return null;
  const name: unknown = Reflect.get(value, 'name');
  if (typeof name === 'number') return String(name);
  return typeof name === 'string' && !isTemplate(name) ? name : null;
}
