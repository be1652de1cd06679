import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readText, startOf } from '../files/text-file.ts';
import { readYaml, type YamlDocument } from '../files/yaml.ts';
import { problem, type Problem } from '../model/problems.ts';
import { CONFIG_FILE, TYPED_CONFIG_FILE } from './find-root.ts';
import { readTypedConfig } from './typed-config.ts';

/** What a project says of itself as a whole. */
export interface ConfigFile {
  readonly document: YamlDocument;
  /** Teams that stand in the same file; others have files of their own. */
  readonly teams: readonly YamlDocument[];
}

/** `bough.yml` or `bough.config.ts`; null, with the problems added, where it is broken. */
export function readConfigFile(root: string, problems: Problem[]): ConfigFile | null {
  const typed = existsSync(join(root, TYPED_CONFIG_FILE));
  if (!typed) return readYamlConfig(root, problems);
  if (existsSync(join(root, CONFIG_FILE))) {
    const message = `\`${TYPED_CONFIG_FILE}\` and \`${CONFIG_FILE}\` both say what the project is.`;
    problems.push(problem('yaml-shape', message, { at: startOf(TYPED_CONFIG_FILE), hint: 'Remove one of them.' }));
    return null;
  }
  return readTypedConfig(root, problems);
}

function readYamlConfig(root: string, problems: Problem[]): ConfigFile | null {
  const file = readText(root, CONFIG_FILE, problems);
  if (file === null) return null;
  const before = problems.length;
  const documents = readYaml(file, problems);
  if (problems.length > before) return null;
  const [document, second] = documents;
  if (document === undefined) {
    const hint = 'It must hold at least `name: my_project`.';
    problems.push(problem('yaml-shape', `\`${CONFIG_FILE}\` is empty.`, { at: startOf(CONFIG_FILE), hint }));
    return null;
  }
  if (second !== undefined) {
    problems.push(problem('yaml-shape', `\`${CONFIG_FILE}\` must be one document.`, { at: second.start }));
  }
  return { document, teams: [] };
}
