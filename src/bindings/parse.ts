import { z } from 'zod';
import { checkShape, type Shaped } from '../files/shape.ts';
import type { Json } from '../model/json.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';
import type { Bound, Container, Reference, ReferenceKind, Written } from '../model/references.ts';
import { containerOf, containerSchema } from './container.ts';
import { selectorFault } from './release-selector.ts';
import { valueSchemaOf } from './value-schema.ts';

const text = z.string().regex(/\S/, 'must not be empty');

export const releaseSchema = z.union([
  text,
  z.strictObject({ tags: text, releases: z.enum(['stable', 'all']).optional(), repository: text.optional() }),
]);

export const secretSchema = z.strictObject({
  secret: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'must be the name of a secret'),
});

/** What each kind of reference looks like; a value is whatever its declaration says. */
const LOOKS: Readonly<Record<ReferenceKind, (value: Json) => boolean>> = {
  connection: (value) => isMap(value) && 'type' in value,
  release: (value) => typeof value === 'string' || (isMap(value) && 'tags' in value),
  image: (value) => typeof value === 'string',
  secret: (value) => isMap(value) && 'secret' in value,
  value: () => true,
};

export const isMap = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The reference that a value names in its place; null where it is a value of its own. */
export function referredTo(value: Json): string | null {
  if (!isMap(value) || Object.keys(value).length !== 1) return null;
  const { reference } = value;
  return typeof reference === 'string' ? reference : null;
}

/** The kind that a value was plainly written for, where it is not the one that is wanted. */
function otherKind(value: Json, wanted: ReferenceKind): ReferenceKind | null {
  if (LOOKS[wanted](value)) return null;
  return (['connection', 'secret', 'release'] as const).find((kind) => LOOKS[kind](value)) ?? null;
}

interface Parsing {
  readonly reference: Reference;
  readonly value: Json;
  readonly written: Written;
  readonly problems: Problem[];
}

/** What a reference stands for, from what a file says; null, with the problems added, where that does not fit. */
export function parseBound(parsing: Parsing): Bound | null {
  const { reference, value, written, problems } = parsing;
  const other = otherKind(value, reference.kind);
  if (other !== null) {
    problems.push(kindProblem(reference, other, written.at));
    return null;
  }
  switch (reference.kind) {
    case 'connection':
      return connection(parsing, reference.type);
    case 'release': {
      const read = shaped(releaseSchema, parsing);
      if (read === null) return null;
      const { tags, releases = 'stable', repository } = typeof read === 'string' ? { tags: read } : read;
      const selector = { pattern: tags, releases, repository: repository ?? reference.repository };
      const fault = selectorFault(selector);
      if (fault === null) return { kind: 'release', selector };
      const hint = 'Write it like `V*.*.*-prod`, where each `*` is a number, or name one tag.';
      const at = written.inside['tags'] ?? written.at;
      problems.push(
        problem('selector-invalid', `The selector \`${tags}\` of \`${reference.name}\` ${fault}.`, { at, hint }),
      );
      return null;
    }
    case 'image': {
      const image = shaped(text, parsing);
      return image === null ? null : { kind: 'image', image };
    }
    case 'secret': {
      const read = shaped(secretSchema, parsing);
      return read === null ? null : { kind: 'secret', secret: read.secret };
    }
    case 'value': {
      const before = problems.length;
      shaped(valueSchemaOf(reference.schema), parsing);
      return problems.length > before ? null : { kind: 'value', value };
    }
  }
}

function connection(parsing: Parsing, type: string | null): Bound | null {
  const read = shaped(containerSchema, parsing);
  if (read === null) return null;
  if (type !== null && read.type !== type) {
    const { reference, written, problems } = parsing;
    const message = `\`${reference.name}\` is declared as a connection to ${type}, and this is ${read.type}.`;
    problems.push(problem('reference-kind', message, { at: written.inside['type'] ?? written.at, hint: HINT }));
    return null;
  }
  return { kind: 'connection', container: containerOf(read) };
}

const HINT = 'A reference stands for the same kind of thing everywhere.';

const kindProblem = ({ name, kind }: Reference, other: ReferenceKind, at: Position): Problem =>
  problem('reference-kind', `\`${name}\` is declared as ${article(kind)}, and this is ${article(other)}.`, {
    at,
    hint: HINT,
  });

const article = (kind: ReferenceKind): string => (kind === 'image' ? 'an image' : `a ${kind}`);

const shaped = <T>(schema: z.ZodType<T>, { reference, ...told }: Parsing): T | null =>
  shapedAs(reference.name, schema, told);

/** A connection that no reference names. */
export function parseContainer(value: Json, written: Written, problems: Problem[]): Container | null {
  const read = shapedAs('connection', containerSchema, { value, written, problems });
  return read === null ? null : containerOf(read);
}

/** Checks the value under a name, so that messages begin with it. */
function shapedAs<T>(name: string, schema: z.ZodType<T>, told: Omit<Parsing, 'reference'>): T | null {
  const { value, written, problems } = told;
  const fitting = schema.safeParse(value);
  if (fitting.success) return fitting.data;
  const inside = (path: readonly (string | number)[]): Position => {
    for (let length = path.length; length > 1; length -= 1) {
      const at = written.inside[path.slice(1, length).join('.')];
      if (at !== undefined) return at;
    }
    return written.at;
  };
  const document: Shaped = { value: { [name]: value }, at: inside, keyAt: inside };
  const read = checkShape(document, z.object({ [name]: schema }), problems);
  return read === null ? null : (read[name] ?? null);
}
