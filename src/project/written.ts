import type { Path, YamlDocument } from '../files/yaml.ts';
import type { Json } from '../model/json.ts';
import type { Position } from '../model/problems.ts';
import type { Written } from '../model/references.ts';

/** What stands at a path, with the places of all that is inside. */
export function writtenAt(document: YamlDocument, path: Path, value: Json): Written {
  const inside: Record<string, Position> = {};
  const walk = (part: Json, below: Path): void => {
    if (typeof part !== 'object' || part === null) return;
    for (const [key, child] of Object.entries(part)) {
      const step = Array.isArray(part) ? Number(key) : key;
      inside[[...below, step].join('.')] = document.at([...path, ...below, step]);
      walk(child, [...below, step]);
    }
  };
  walk(value, []);
  return { value, at: document.at(path), inside };
}
