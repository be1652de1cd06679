import { z } from 'zod';
import type { Json } from '../model/json.ts';

type JsonSchema = { readonly [key: string]: Json };

const compiled = new Map<string, z.ZodType>();

/** The check of a JSON Schema; null allows any value. Throws Error where it is no schema. */
export function valueSchemaOf(schema: JsonSchema | null): z.ZodType {
  const key = JSON.stringify(schema);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = schema === null ? z.json() : z.fromJSONSchema(schema);
  compiled.set(key, made);
  return made;
}
