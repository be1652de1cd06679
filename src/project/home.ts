import type { Path, YamlDocument } from '../files/yaml.ts';
import type { Home } from '../model/environments.ts';
import type { Problem } from '../model/problems.ts';
import { stateOf, type WrittenState } from './database-config.ts';
import { engineOf, type WrittenEngine } from './engine-config.ts';

interface WrittenHome {
  readonly engine?: WrittenEngine | undefined;
  readonly state?: WrittenState | undefined;
}

interface Place {
  readonly document: YamlDocument;
  /** Where the keys stand. */
  readonly path: Path;
  readonly root: string;
  readonly problems: Problem[];
}

/** Where a root's data and state live; what is not said is a file of that name in `.bough/`. */
export function homeOf({ engine, state }: WrittenHome, file: string, { document, path, root, problems }: Place): Home {
  const inside: YamlDocument = {
    ...document,
    at: (below) => document.at([...path, ...below]),
    keyAt: (below) => document.keyAt([...path, ...below]),
  };
  return {
    engine: engineOf(engine, file, root, inside, problems),
    state: stateOf(state ?? `.bough/${file}.db`, root, inside, problems),
  };
}
