import { fillText, type Lookup } from '../files/interpolate.ts';
import { parseTemplate, variablesOf } from '../files/template.ts';
import type { Json, JsonScalar } from '../model/json.ts';
import type { Position, Problem } from '../model/problems.ts';
import type { SetBy } from '../model/references.ts';
import type { Layer } from './merge.ts';
import type { Given } from './outside.ts';
import type { Variables } from './variables.ts';

/** The values of a part in one environment. */
export interface PartValues {
  readonly value: { readonly [key: string]: Json };
  /** Single values and lists by their dotted path below the part, those that a missing variable leaves out aside. */
  readonly given: ReadonlyMap<string, Given>;
  /** Dotted paths of what lacks a variable. */
  readonly unset: ReadonlySet<string>;
  /** Where the value at a path stands; its nearest parent's place where there is none. */
  readonly at: (path: readonly string[]) => Position;
}

/** Puts the variables into merged layers. What is missing is added to the problems. */
export function valuesOf(layer: Layer, variables: Variables, problems: Problem[]): PartValues {
  const given = new Map<string, Given>();
  const unset = new Set<string>();
  const filling = { variables, problems, given, unset };
  const value = jsonOf(layer, [], filling);
  return {
    value: typeof value === 'object' && value !== null && !isList(value) ? value : {},
    given,
    unset,
    at: (path) => layerAt(layer, path).at,
  };
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

interface Filling {
  readonly variables: Variables;
  readonly problems: Problem[];
  readonly given: Map<string, Given>;
  readonly unset: Set<string>;
}

/** undefined: a variable is missing. Records what has a name as it goes along. */
function jsonOf(layer: Layer, path: readonly string[], filling: Filling): Json | undefined {
  switch (layer.type) {
    case 'scalar':
      return record(layer, layer.value, path, filling);
    case 'template': {
      const lookup: Lookup = (name) => filling.variables(name)?.value ?? null;
      const filled = fillText(layer.template, lookup, filling.problems);
      if (filled !== null) return record(layer, filled.value, path, filling);
      filling.unset.add(path.join('.'));
      return undefined;
    }
    case 'map': {
      const entries = [...layer.entries].flatMap(([key, inner]) => {
        const value = jsonOf(inner, [...path, key], filling);
        return value === undefined ? [] : [[key, value] as const];
      });
      return Object.fromEntries(entries);
    }
    case 'list': {
      // Items have no name of their own: only the list has.
      const inside = { ...filling, given: new Map<string, Given>(), unset: new Set<string>() };
      const items = layer.items.map((item) => jsonOf(item.layer, [], inside));
      const whole = items.filter((item) => item !== undefined);
      if (whole.length === items.length) return record(layer, whole, path, filling);
      filling.unset.add(path.join('.'));
      return undefined;
    }
    case 'delete':
      return undefined;
  }
}

function record(layer: Layer, value: JsonScalar | readonly Json[], path: readonly string[], filling: Filling): Json {
  // A key with a dot in it has no dotted name: it could be another's.
  if (path.some((step) => step.includes('.'))) return value;
  const names = variablesIn(layer);
  const files = [...layer.over, layer.at].map((at) => ({ type: 'file', at }) as const);
  const [first, ...rest]: readonly SetBy[] = [
    ...files,
    ...names.flatMap((name) => filling.variables(name)?.setBy ?? []),
  ];
  if (first !== undefined)
    filling.given.set(path.join('.'), { value, setBy: [first, ...rest], variable: names.length > 0 });
  return value;
}

/** Names of the variables that have a say in a value. */
function variablesIn(layer: Layer): readonly string[] {
  if (layer.type === 'list') return layer.items.flatMap((item) => variablesIn(item.layer));
  if (layer.type === 'map') return [...layer.entries.values()].flatMap(variablesIn);
  if (layer.type !== 'template') return [];
  const template = parseTemplate(layer.template.text);
  return template.ok ? variablesOf(template.pieces) : [];
}

function layerAt(layer: Layer, path: readonly string[]): Layer {
  const [step, ...rest] = path;
  if (step === undefined) return layer;
  const inner =
    layer.type === 'map'
      ? layer.entries.get(step)
      : layer.type === 'list'
        ? layer.items[Number(step)]?.layer
        : undefined;
  return inner === undefined ? layer : layerAt(inner, rest);
}
