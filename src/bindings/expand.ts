import { fillText } from '../files/interpolate.ts';
import { isTemplate, parseTemplate, variablesOf } from '../files/template.ts';
import type { Json } from '../model/json.ts';
import type { Position, Problem } from '../model/problems.ts';
import type { SetBy, Written } from '../model/references.ts';
import type { Given } from './outside.ts';
import type { Variables } from './variables.ts';

/** What a file says with its variables put in; null, with the problems added, where one is missing. */
export function expand({ value, at, inside }: Written, variables: Variables, problems: Problem[]): Given | null {
  const used = new Set<string>();
  const before = problems.length;
  const placeOf = (path: readonly string[]): Position => inside[path.join('.')] ?? at;
  const walk = (part: Json, path: readonly string[]): Json => {
    if (typeof part === 'string') return isTemplate(part) ? filled(part, path) : part;
    if (isList(part)) return part.map((item, index) => walk(item, [...path, String(index)]));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, walk(inner, [...path, key])]));
  };
  const filled = (text: string, path: readonly string[]): Json => {
    const template = parseTemplate(text);
    if (template.ok) for (const name of variablesOf(template.pieces)) used.add(name);
    const place = { text, plain: true, at: () => placeOf(path) };
    return fillText(place, (name) => variables(name)?.value ?? null, problems)?.value ?? null;
  };
  const expanded = walk(value, []);
  if (problems.length > before) return null;
  const setBy = [...used].flatMap((name): SetBy[] => {
    const found = variables(name);
    return found === null ? [] : [found.setBy];
  });
  return { value: expanded, setBy: [{ type: 'file', at }, ...setBy], variable: used.size > 0 };
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
