import type { Scalar } from 'yaml';
import type { JsonScalar } from '../model/json.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';
import { fill, isTemplate, parseTemplate, type Missing } from './template.ts';
import type { Path, YamlDocument } from './yaml.ts';

/** The value of a variable; null where it is not set. */
export type Lookup = (name: string) => string | null;

/** A text to be filled, and what to tell the user about the place of an offset in it. */
export interface TemplateText {
  readonly text: string;
  /** Written without quotes: what comes out is read as YAML would read it. */
  readonly plain: boolean;
  readonly at: (offset: number) => Position;
}

/**
 * Fills one text from a file. null, with every problem added, where the template is broken or a variable is missing.
 * Messages name variables, never what they hold.
 */
export function fillText(
  { text, plain, at }: TemplateText,
  lookup: Lookup,
  problems: Problem[],
): { readonly value: JsonScalar } | null {
  if (!isTemplate(text)) return { value: text };
  const template = parseTemplate(text);
  if (!template.ok) {
    const hint = 'Write `${NAME}`, `${NAME:-default}` or `${NAME:?message}`; `$${` is a `${` that stands for itself.';
    problems.push(
      problem('template-syntax', `This is no variable: ${template.why}.`, { at: at(template.offset), hint }),
    );
    return null;
  }
  const { text: filled, missing } = fill(template.pieces, lookup);
  problems.push(...missing.map((one) => missingProblem(one, at(one.offset))));
  if (missing.length > 0) return null;
  const wasFilled = template.pieces.some((piece) => typeof piece !== 'string');
  return { value: plain && wasFilled ? plainValue(filled) : filled };
}

const missingProblem = ({ name, message }: Missing, at: Position): Problem =>
  problem('variable-missing', `The variable \`${name}\` is not set${message === null ? '' : `: ${message}`}.`, {
    at,
    hint: `Set it in the environment or in a .env file, or give it a default: \${${name}:-…}`,
  });

/** What an unquoted scalar means, as far as nothing is lost: `007` and `1.10` are more than their numbers. */
function plainValue(text: string): JsonScalar {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null' || text === '') return null;
  const number = Number(text);
  return Number.isFinite(number) && String(number) === text ? number : text;
}

/** Where an offset of a scalar's value stands in its file: exact for what is written as it is, else the scalar's start. */
export function placeIn(document: YamlDocument, path: Path, text: string): (offset: number) => Position {
  const found = document.scalarAt(path);
  if (found === null) return () => document.at(path);
  const { scalar, shift } = found;
  const start = (scalar.range?.[0] ?? 0) + shift;
  const written = document.file.text.slice(start, (scalar.range?.[1] ?? 0) + shift);
  return (offset) => {
    // The n-th `${` of the value is the n-th of what is written, unless one of them is spelled in another way.
    const index = text.slice(0, offset).split('${').length - 1;
    const places = [...written.matchAll(/\$\{/g)];
    const place = places.length === text.split('${').length - 1 ? places[index] : undefined;
    return document.file.positionAt(start + (place?.index ?? 0));
  };
}

const isPlain = (scalar: Scalar | undefined): boolean => scalar?.type === 'PLAIN';

/** A text of a document, ready to be filled. */
export const templateAt = (document: YamlDocument, path: Path, text: string): TemplateText => ({
  text,
  plain: isPlain(document.scalarAt(path)?.scalar),
  at: placeIn(document, path, text),
});

/** What variables mean at a place of a document, and who is told of those that are missing; null: nothing is put in. */
export type Scoping = (path: Path) => { readonly lookup: Lookup; readonly problems: Problem[] } | null;

/**
 * The document with its variables put in; positions stay those of the file. What is missing or broken stays as it is
 * written, with every problem added.
 */
export function interpolate(document: YamlDocument, scopeAt: Scoping): YamlDocument {
  if (!isTemplate(document.file.text)) return document;
  const walk = (value: unknown, path: Path): unknown => {
    const scope = scopeAt(path);
    if (scope === null) return value;
    if (typeof value === 'string') {
      if (!isTemplate(value)) return value;
      const filled = fillText(templateAt(document, path, value), scope.lookup, scope.problems);
      return filled === null ? value : filled.value;
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, [...path, key])]));
  };
  return { ...document, value: walk(document.value, []) };
}
