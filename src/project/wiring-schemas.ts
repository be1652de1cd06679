import { z } from 'zod';
import type { ENVIRONMENT_WORDS } from '../model/environments.ts';
import { REFERENCE_KINDS, STATUSES } from '../model/references.ts';
import { stateSchema } from './database-config.ts';
import { engineSchema } from './engine-config.ts';
import { grantsSchema } from './grants.ts';
import { ownNamesSchema } from './naming.ts';
import { text } from './schemas.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const name = z.string().regex(NAME, 'must be made of letters, digits and `_`');

/** Keys of JSON Schema that say what a value may be. */
const valueShape = {
  type: z.union([text, z.array(text)]).optional(),
  enum: z.array(z.json()).optional(),
  const: z.json().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  multipleOf: z.number().optional(),
  minLength: z.int().optional(),
  maxLength: z.int().optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
  items: z.json().optional(),
  minItems: z.int().optional(),
  maxItems: z.int().optional(),
  properties: z.record(z.string(), z.json()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.json().optional(),
  anyOf: z.array(z.json()).optional(),
};
type ValueKey = keyof typeof valueShape;
const isValueKey = (key: string): key is ValueKey => Object.hasOwn(valueShape, key);
export const VALUE_KEYS: readonly ValueKey[] = Object.keys(valueShape).filter(isValueKey);

const declaredReference = z.strictObject({
  kind: z.enum(REFERENCE_KINDS).optional(),
  alias: text.optional(),
  description: z.string().optional(),
  repository: text.optional(),
  schema: z.record(z.string(), z.json()).optional(),
  ...valueShape,
});

export const referencesSchema = z.record(name, z.union([z.enum(REFERENCE_KINDS), declaredReference]));

const allowance = z.strictObject({ reference: text, reason: text });

/** What an environment says of itself; every other key is the name of a reference. */
export const environmentShape = {
  status: z.enum(STATUSES).optional(),
  base: text.optional(),
  engine: engineSchema.optional(),
  state: stateSchema.optional(),
  names: ownNamesSchema.optional(),
  allow: z.array(allowance).optional(),
  grants: grantsSchema.optional(),
  description: z.string().optional(),
} satisfies Record<(typeof ENVIRONMENT_WORDS)[number], z.ZodType>;

export const environmentSchema = z.object(environmentShape).catchall(z.json());
export const environmentsSchema = z.record(text, z.union([environmentSchema, z.null()]));

export const teamSchema = z.strictObject({
  name: name.optional(),
  description: z.string().optional(),
  references: referencesSchema.optional(),
  environments: z.record(text, z.union([z.record(name, z.json()), z.null()])).optional(),
});

export type WrittenReferences = z.infer<typeof referencesSchema>;
export type WrittenReference = z.infer<typeof declaredReference>;
export type WrittenEnvironments = z.infer<typeof environmentsSchema>;
export type WrittenEnvironment = z.infer<typeof environmentSchema>;
