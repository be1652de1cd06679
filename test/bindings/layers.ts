import { TextFile } from '../../src/files/text-file.ts';
import { readYaml } from '../../src/files/yaml.ts';
import { layerOf } from '../../src/bindings/layers.ts';
import { merge, settled, type Layer } from '../../src/bindings/merge.ts';
import type { Json } from '../../src/model/json.ts';
import type { Problem } from '../../src/model/problems.ts';

/** A YAML text as a layer, with its problems as `line:column message`. */
export function layerFrom(
  text: string,
  file = 'base.yaml',
): { readonly layer: Layer; readonly problems: readonly string[] } {
  const problems: Problem[] = [];
  const [document] = readYaml(new TextFile(file, text), problems);
  if (document === undefined) throw new Error(problems.map((one) => one.message).join('\n'));
  const layer = layerOf(document, problems);
  return { layer, problems: problems.map(({ at, message }) => `${at?.line}:${at?.column} ${message}`) };
}

/** What YAML texts, put over each other, say in the end. */
export function mergedFrom(...texts: readonly string[]): Json | undefined {
  const layers = texts.map((text, index) => layerFrom(text, `${index}.yaml`).layer);
  const whole = settled(layers.slice(1).reduce(merge, layers[0]!));
  return whole === null ? undefined : plain(whole);
}

/** What a layer says, its places aside. */
export function plain(layer: Layer): Json {
  switch (layer.type) {
    case 'scalar':
      return layer.value;
    case 'template':
      return layer.template.text;
    case 'map':
      return Object.fromEntries([...layer.entries].map(([key, inner]) => [key, plain(inner)]));
    case 'list':
      return layer.items.map((item) => plain(item.layer));
    case 'delete':
      return { $patch: 'delete' };
  }
}
