import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { profileSchema } from '../bindings/profiles.ts';
import { ensureDotBough } from '../facts/dot-bough.ts';
import { nearestName } from '../model/nearest.ts';
import { printable } from '../model/printable.ts';
import type { ReferenceKind } from '../model/references.ts';
import { problem, UserError } from '../model/problems.ts';
import { RULE_IDS } from '../lint/about-rules.ts';
import { ruleLevel } from '../project/check-config.ts';
import { configSchema } from '../project/config.ts';
import { environmentSchema, teamSchema } from '../project/wiring-schemas.ts';
import { connectionSchema, greatestSchema, modelSchema, seedSchema, sourceSchema, text } from '../project/schemas.ts';
import { stampSchemas, type Declared } from './schema-stamp.ts';

/** A kind of YAML file; its JSON Schema is made of what reads such a file. */
export interface FileKind {
  readonly kind: string;
  /** Which files are of it. */
  readonly files: readonly string[];
  readonly schema: (declared: Declared) => z.ZodType;
  /** Whether `${VAR}` may stand in it. */
  readonly variables: boolean;
}

/** Editors complete the rules, too. */
const rules = z.strictObject(Object.fromEntries(RULE_IDS.map((id) => [id, ruleLevel.optional()])));

/** The names of a kind of reference, in front of whatever else can stand there. */
function offering<T extends z.ZodType>(declared: Declared, wanted: ReferenceKind, otherwise: T): T | z.ZodUnion {
  const names = [...declared].flatMap(([name, kind]) => (kind === wanted ? [name] : []));
  return names.length === 0 ? otherwise : z.union([z.enum(names), otherwise]);
}

function projectSchema(declared: Declared): z.ZodType {
  const bindings = Object.fromEntries([...declared.keys()].map((name) => [name, z.json().optional()]));
  const environments = z.record(text, z.union([environmentSchema.extend(bindings), z.null()]));
  return configSchema.extend({
    environments: environments.optional(),
    check: z.strictObject({ rules: rules.optional() }).optional(),
  });
}

function nodesSchema(declared: Declared): z.ZodType {
  const connection = offering(declared, 'connection', connectionSchema);
  const named = z.union([text, z.strictObject({ reference: offering(declared, 'value', text) })]);
  const source = sourceSchema.extend({
    connection: connection.optional(),
    file: named.optional(),
    table: named.optional(),
    version: z.union([named, greatestSchema]).optional(),
  });
  return z.discriminatedUnion('kind', [source, seedSchema.extend({ file: named }), modelSchema]);
}

export const FILE_KINDS: readonly FileKind[] = [
  { kind: 'project', files: ['bough.yml'], schema: projectSchema, variables: true },
  {
    kind: 'nodes',
    files: ['models/**/*.yml', 'models/**/*.yaml'],
    schema: nodesSchema,
    variables: false,
  },
  { kind: 'team', files: ['teams/*.yml', 'teams/*.yaml'], schema: () => teamSchema, variables: true },
  { kind: 'profiles', files: ['profiles.yml', 'profiles-*.yml'], schema: () => profileSchema, variables: true },
];

/** What editors know best. */
const DIALECT = 'draft-7';

const VARIABLE = { type: 'string', pattern: '\\$\\{' } as const;

const NOTHING: Declared = new Map();

/** The JSON Schema of a kind of file, for a project that declares these references. Throws UserError where there is no such kind. */
export function jsonSchemaOf(kind: string, declared: Declared = NOTHING): object {
  const found = FILE_KINDS.find((one) => one.kind === kind);
  if (found !== undefined) {
    const schema = z.toJSONSchema(found.schema(declared), { target: DIALECT, io: 'input', reused: 'ref' });
    return { title: `Bough: ${found.files.join(', ')}`, ...(found.variables ? withVariables(schema) : schema) };
  }
  const kinds = FILE_KINDS.map((one) => one.kind);
  const near = nearestName(kind, kinds);
  const hint = near === null ? `Kinds: ${kinds.join(', ')}.` : `Did you mean \`${near}\`?`;
  throw new UserError(problem('usage', `There is no kind of file \`${printable(kind)}\`.`, { hint }));
}

/** Wherever a single value is wanted, a text with `${VAR}` may stand. */
function withVariables(schema: object): object {
  if (Array.isArray(schema)) return schema.map((one) => (typeof one === 'object' ? withVariables(one) : one));
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      const isKeyword = ['enum', 'const', 'required', 'propertyNames'].includes(key);
      return [key, isKeyword || typeof value !== 'object' || value === null ? value : withVariables(value)];
    }),
  );
  const { type } = inner;
  const isConstrained =
    type === 'string' ? Object.keys(inner).length > 1 : ['number', 'integer', 'boolean'].includes(type ?? '');
  return isConstrained ? { anyOf: [inner, VARIABLE] } : inner;
}

/** Writes every schema into the project's `.bough/schema/`, where its files look for them; a file that is right is left alone. */
export function writeJsonSchemas(root: string, declared: Declared): readonly string[] {
  const folder = join(ensureDotBough(root), 'schema');
  mkdirSync(folder, { recursive: true });
  const files = FILE_KINDS.map(({ kind }) => {
    const path = join(folder, `${kind}.json`);
    const text = `${JSON.stringify(jsonSchemaOf(kind, declared), null, 2)}\n`;
    if (contentOf(path) !== text) writeFileSync(path, text);
    return `.bough/schema/${kind}.json`;
  });
  stampSchemas(root, declared);
  return files;
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
