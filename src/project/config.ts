import { z } from 'zod';
import { environmentName } from '../model/environment-name.ts';
import { asEnvironmentName, type EnvironmentName } from '../model/ids.ts';
import type { JsonScalar } from '../model/json.ts';
import { nearestName } from '../model/nearest.ts';
import { problem, refuse, UserError, type Problem } from '../model/problems.ts';
import type { Config } from '../model/project.ts';
import { branchesOf, branchesSchema, refuseUndeclared } from './branches.ts';
import { checkSchema, rulesOf } from './check-config.ts';
import { stateOf, stateSchema } from './database-config.ts';
import { engineOf, engineSchema } from './engine-config.ts';
import { readConfigFile, type ConfigFile } from './config-file.ts';
import { fillConfig, missingOfEnvironments, NO_VARIABLES, type Filled, type Variables } from './config-variables.ts';
import { parseDuration } from './duration.ts';
import { namesSchema, namingOf } from './naming.ts';
import { secretsOf, secretsSchema } from './secrets.ts';
import { isOff, onOff, scalar, text } from './schemas.ts';
import { environmentsSchema, referencesSchema } from './wiring-schemas.ts';
import { readTeams } from './teams.ts';
import { readWiring } from './wiring.ts';
import { checkShape } from '../files/shape.ts';
import type { YamlDocument } from '../files/yaml.ts';

/** `bough.yml` as it is written. */
export const configSchema = z.strictObject({
  name: text,
  engine: engineSchema.optional(),
  state: stateSchema.optional(),
  base: z.string().optional(),
  timezone: text.optional(),
  parameters: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be made of letters, digits and `_`'),
      z.union([...scalar.options, z.strictObject({ reference: text })]),
    )
    .optional(),
  cutoff: onOff.optional(),
  determinism: z.enum(['warn', 'error']).optional(),
  retention: z.union([z.string(), z.number()]).optional(),
  large_build: z.int().min(1, 'must be a number of rows').optional(),
  names: namesSchema.optional(),
  branches: branchesSchema.optional(),
  secrets: secretsSchema.optional(),
  references: referencesSchema.optional(),
  environments: environmentsSchema.optional(),
  promotion: z.array(text).optional(),
  check: checkSchema.optional(),
});

type WrittenConfig = z.infer<typeof configSchema>;

/** `bough.yml` alone; works although other files of the project are broken. Throws UserError with all its problems. */
export function loadConfig(root: string, variables: Variables = NO_VARIABLES): Config {
  const problems: Problem[] = [];
  const config = readConfig(root, variables, problems);
  refuse(problems);
  if (config === null) throw new Error('a config without problems must have been read');
  return config;
}

/** null, with the problems added, where the file is broken. */
export function readConfig(root: string, variables: Variables, problems: Problem[]): Config | null {
  const before = problems.length;
  const file = readConfigFile(root, problems);
  if (file === null || problems.length > before) return null;
  const { teams } = file;
  const { document, unset } = fillConfig(file.document, variables, problems);
  if (problems.length > before) {
    // What is missing has no form to be judged, but all that is missing elsewhere is told with it.
    readTeams(root, { teams, variables, problems });
    problems.push(...missingOfEnvironments(file.document, variables));
    return null;
  }
  const written = checkShape(document, configSchema, problems);
  return written === null ? null : configOf(written, { root, document, unset, teams, variables, problems });
}

const DEFAULT_RETENTION = '7d';

interface Place extends Filled {
  readonly root: string;
  readonly teams: ConfigFile['teams'];
  readonly variables: Variables;
  readonly problems: Problem[];
}

function configOf(written: WrittenConfig, place: Place): Config {
  const { root, document, problems } = place;
  const { timezone = 'UTC' } = written;
  checkTimezone(timezone, document, problems);
  const retention = parseDuration(String(written.retention ?? DEFAULT_RETENTION));
  if (retention === null) {
    const at = document.at(['retention']);
    problems.push(problem('yaml-shape', '`retention` must be a duration like `90m`, `12h` or `7d`, or 0.', { at }));
  }
  const base = baseOf(written.base ?? 'prod', document, problems);
  const branches = branchesOf(written.branches ?? {}, document, problems);
  refuseUndeclared(branches, Object.keys(written.environments ?? {}), document, problems);
  const home = {
    engine: engineOf(written.engine, 'warehouse', root, document, problems),
    state: stateOf(written.state, root, document, problems),
  };
  const wiring = readWiring(written, { ...place, base, home });
  return {
    name: written.name,
    // The base can say in its own declaration where it lives.
    ...(wiring.environments.get(base)?.home ?? home),
    base,
    timezone,
    parameters: literalsOf(written.parameters ?? {}),
    cutoff: !isOff(written.cutoff),
    determinism: written.determinism ?? 'warn',
    largeBuild: written.large_build ?? Infinity,
    retention: retention ?? 0,
    wiring,
    naming: namingOf({ names: written.names, environments: ownNames(written), base, branches }, document, problems),
    branches,
    rules: rulesOf(written.check, document),
    secrets: secretsOf(written.secrets ?? {}, document, problems),
  };
}

/** What environments say of the names of their schemas. */
const ownNames = ({ environments = {} }: WrittenConfig): Parameters<typeof namingOf>[0]['environments'] =>
  new Map(Object.entries(environments).map(([name, one]) => [asEnvironmentName(name), one?.names]));

/** Parameters that are values; one that names a reference is another name for it. */
const literalsOf = (written: NonNullable<WrittenConfig['parameters']>): Config['parameters'] =>
  Object.fromEntries(
    Object.entries(written).filter(
      (entry): entry is [string, JsonScalar] => typeof entry[1] !== 'object' || entry[1] === null,
    ),
  );

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
