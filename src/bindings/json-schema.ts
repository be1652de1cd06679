import type { ErrorObject } from 'ajv';
import { nearestName } from '../model/nearest.ts';
import { asError, problem, type Position, type Problem } from '../model/problems.ts';
import type { Json } from '../model/json.ts';

/** A JSON Schema as a file holds it. */
export interface WrittenSchema {
  readonly value: unknown;
  readonly at: Position;
}

/** Values to check, and where each of them stands. */
export interface Checked {
  readonly value: Json;
  /** Begins each path in messages: `training`. */
  readonly name: string;
  readonly at: (path: readonly string[]) => Position;
}

/** Says of given values everything that a schema forbids. A schema that is none is a problem of its own. */
export type CheckValues = (schema: WrittenSchema, checked: Checked) => readonly Problem[];

// A misspelt keyword is refused: it would let everything pass. Formats are for editors.
const OPTIONS = {
  allErrors: true,
  strict: false,
  strictSchema: true,
  validateFormats: false,
  allowUnionTypes: true,
  logger: false,
  verbose: true,
} as const;

/** Loads what checks values: it takes tens of milliseconds, so only where there is a schema. */
export async function loadCheck(): Promise<CheckValues> {
  const { Ajv } = await import('ajv');
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  return ({ value: schema, at: place }, { value, name, at }) => {
    const broken = (why: string): readonly Problem[] => [
      problem('value-invalid', `The schema of \`${name}\` is no JSON Schema: ${why}.`, { at: place }),
    ];
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return broken('it is not a map');
    const dialect: unknown = '$schema' in schema ? schema.$schema : undefined;
    const isOld = typeof dialect === 'string' && dialect.includes('draft-07');
    try {
      const ajv = isOld ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
      return ajv.validate(schema, value) ? [] : telling(ajv.errors ?? []).map((error) => problemOf(error, name, at));
    } catch (raw) {
      return broken(asError(raw).message);
    }
  };
}

/** That none of several forms fitted is not worth telling beside why. */
const telling = (errors: readonly ErrorObject[]): readonly ErrorObject[] =>
  errors.length < 2 ? errors : errors.filter(({ keyword }) => keyword !== 'if');

const pathOf = (pointer: string): readonly string[] =>
  pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

function problemOf(error: ErrorObject, name: string, at: Checked['at']): Problem {
  const path = pathOf(error.instancePath);
  const subject = `\`${[name, ...path].join('.')}\``;
  const params: Readonly<Record<string, unknown>> = error.params;
  if (error.keyword === 'additionalProperties') {
    const key = String(params['additionalProperty']);
    const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
    const near = nearestName(key, known);
    const hint = near === null ? 'The schema does not know it.' : `Did you mean \`${near}\`?`;
    return problem('value-invalid', `${subject} holds an unknown value \`${key}\`.`, { at: at([...path, key]), hint });
  }
  if (error.keyword === 'required') {
    return problem('value-invalid', `${subject} lacks \`${String(params['missingProperty'])}\`.`, { at: at(path) });
  }
  const allowed = params['allowedValues'];
  const choice = Array.isArray(allowed) ? `: ${allowed.map(String).join(', ')}` : '';
  return problem('value-invalid', `${subject} ${error.message ?? 'does not fit its schema'}${choice}.`, {
    at: at(path),
  });
}
