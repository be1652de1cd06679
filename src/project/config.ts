import { resolve } from 'node:path';
import { z } from 'zod';
import { environmentName } from '../model/environment-name.ts';
import { UNWIRED } from '../model/environments.ts';
import { asEnvironmentName, type EnvironmentName } from '../model/ids.ts';
import { nearestName } from '../model/nearest.ts';
import { problem, refuse, UserError, type Problem } from '../model/problems.ts';
import type { Config } from '../model/project.ts';
import { branchesOf, branchesSchema } from './branches.ts';
import { databasePath, stateOf, stateSchema } from './database-config.ts';
import { CONFIG_FILE } from './find-root.ts';
import { parseDuration } from './duration.ts';
import { namesSchema, namingOf } from './naming.ts';
import { isOff, onOff, scalar, text } from './schemas.ts';
import { checkShape } from '../files/shape.ts';
import { readText, startOf } from '../files/text-file.ts';
import { readYaml, type YamlDocument } from '../files/yaml.ts';

/** `bough.yml` as it is written. */
export const configSchema = z.strictObject({
  name: text,
  engine: z
    .strictObject({
      type: z.literal('duckdb').optional(),
      path: databasePath.optional(),
      threads: z.int().min(1, 'must be at least 1').max(1024, 'must be at most 1024').optional(),
      memory_limit: z
        .string()
        .regex(/^\d+(\.\d+)?\s*[KMGT]i?B$/i, 'must be a size like `4GB` or `512MiB`')
        .optional(),
    })
    .optional(),
  state: stateSchema.optional(),
  base: z.string().optional(),
  timezone: text.optional(),
  parameters: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be made of letters, digits and `_`'), scalar)
    .optional(),
  cutoff: onOff.optional(),
  determinism: z.enum(['warn', 'error']).optional(),
  retention: z.union([z.string(), z.number()]).optional(),
  names: namesSchema.optional(),
  branches: branchesSchema.optional(),
});

type WrittenConfig = z.infer<typeof configSchema>;

/** `bough.yml` alone; works although other files of the project are broken. Throws UserError with all its problems. */
export function loadConfig(root: string): Config {
  const problems: Problem[] = [];
  const config = readConfig(root, problems);
  refuse(problems);
  if (config === null) throw new Error('a config without problems must have been read');
  return config;
}

/** null, with the problems added, where the file is broken. */
export function readConfig(root: string, problems: Problem[]): Config | null {
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
  const written = checkShape(document, configSchema, problems);
  return written === null ? null : configOf(written, root, document, problems);
}

const DEFAULT_RETENTION = '7d';

function configOf(written: WrittenConfig, root: string, document: YamlDocument, problems: Problem[]): Config {
  const { engine = {}, timezone = 'UTC' } = written;
  checkTimezone(timezone, document, problems);
  const retention = parseDuration(String(written.retention ?? DEFAULT_RETENTION));
  if (retention === null) {
    const at = document.at(['retention']);
    problems.push(problem('yaml-shape', '`retention` must be a duration like `90m`, `12h` or `7d`, or 0.', { at }));
  }
  const base = baseOf(written.base ?? 'prod', document, problems);
  const branches = branchesOf(written.branches ?? {}, document, problems);
  return {
    name: written.name,
    engine: {
      type: 'duckdb',
      path: resolve(root, engine.path ?? '.bough/warehouse.duckdb'),
      threads: engine.threads ?? null,
      memoryLimit: engine.memory_limit ?? null,
    },
    state: stateOf(written.state, root, document, problems),
    base,
    timezone,
    parameters: written.parameters ?? {},
    cutoff: !isOff(written.cutoff),
    determinism: written.determinism ?? 'warn',
    retention: retention ?? 0,
    wiring: UNWIRED,
    naming: namingOf({ names: written.names, environments: new Map(), base, branches }, document, problems),
    branches,
  };
}

function baseOf(name: string, document: YamlDocument, problems: Problem[]): EnvironmentName {
  try {
    return environmentName(name);
  } catch (raw) {
    if (!(raw instanceof UserError)) throw raw;
    const at = document.at(['base']);
    problems.push(...raw.problems.map((one) => ({ ...one, code: 'name-invalid' as const, at })));
    return asEnvironmentName('prod');
  }
}

function checkTimezone(timezone: string, document: YamlDocument, problems: Problem[]): void {
  if (isTimezone(timezone)) return;
  const near = nearestName(timezone, Intl.supportedValuesOf('timeZone'));
  problems.push(
    problem('yaml-shape', `\`timezone\` must be an IANA name, and \`${timezone}\` is none.`, {
      at: document.at(['timezone']),
      hint: near === null ? 'Write it like `Europe/Berlin` or `UTC`.' : `Did you mean \`${near}\`?`,
    }),
  );
}

function isTimezone(name: string): boolean {
  // Asking Intl takes 30 ms.
  if (name === 'UTC') return true;
  // Offsets such as `+02:00` are accepted by Intl, but are no names that every engine knows.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
