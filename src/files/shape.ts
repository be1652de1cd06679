import { z } from 'zod';
import { nearestName } from '../model/nearest.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Path, YamlDocument } from './yaml.ts';

type Issue = z.core.$ZodIssue;

/** Plain data that knows where each piece of it stands. */
export type Shaped = Pick<YamlDocument, 'value' | 'at' | 'keyAt'>;

/**
 * Checks a document against a schema. Messages that a schema gives itself complete the sentence "`key` …".
 * null, with every problem added at its own place, where the document does not fit.
 */
export function checkShape<T>(document: Shaped, schema: z.ZodType<T>, problems: Problem[]): T | null {
  const result = schema.safeParse(document.value);
  if (result.success) return result.data;
  const context = { document, schema };
  problems.push(...telling(result.error.issues).flatMap((issue) => problemsOf(issue, [], context)));
  return null;
}

interface Context {
  readonly document: Shaped;
  readonly schema: z.ZodType;
}

/** What a map as a whole lacks is not worth telling where one of its keys is misspelt. */
const telling = (issues: readonly Issue[]): readonly Issue[] =>
  issues.filter(
    (issue) =>
      issue.code !== 'custom' ||
      !issues.some((other) => other.code === 'unrecognized_keys' && other.path.join('.') === issue.path.join('.')),
  );

const pathOf = (path: readonly PropertyKey[]): Path =>
  path.map((step) => (typeof step === 'number' ? step : String(step)));

function problemsOf(issue: Issue, above: Path, context: Context): readonly Problem[] {
  const path = [...above, ...pathOf(issue.path)];
  const { document } = context;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, context));
  if (issue.code === 'invalid_union') {
    const meant = issue.errors.find((branch) => !branch.some((one) => isOtherKind(one, valueAt(document, path))));
    if (meant !== undefined) return telling(meant).flatMap((one) => problemsOf(one, path, context));
  }
  const at = issue.code === 'invalid_key' ? document.keyAt(path) : document.at(path);
  const message = `${subject(path)} ${complaint(issue, valueAt(document, path))}.`;
  const hint = issue.code === 'invalid_value' ? didYouMean(valueAt(document, path), issue.values) : null;
  return [problem('yaml-shape', message, { at, ...(hint === null ? {} : { hint }) })];
}

/** `audits[0].unique`, or what to call the document itself. */
const subject = (path: Path): string =>
  path.length === 0
    ? 'The document'
    : `\`${path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')}\``;

const ABSENT: ReadonlySet<Issue['code']> = new Set(['invalid_type', 'invalid_value', 'invalid_union']);

function complaint(issue: Issue, value: unknown): string {
  if (value === undefined && ABSENT.has(issue.code)) return 'is missing';
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? 'is not a valid key';
  const expected = issue.code === 'invalid_union' ? issue.errors.flat().flatMap(expectation) : expectation(issue);
  if (expected.length === 0) return issue.message;
  const got = issue.code === 'invalid_value' ? '' : `, not ${kindOf(value)}`;
  return `must be ${listed([...new Set(expected)])}${got}`;
}

const expectation = (issue: Issue): readonly string[] => {
  if (issue.code === 'invalid_type') return [wordOf(issue.expected)];
  return issue.code === 'invalid_value' ? issue.values.map((one) => `\`${String(one)}\``) : [];
};

/** Whether the issue says that the value is of a wholly other kind than this branch of a union. */
const isOtherKind = (issue: Issue, value: unknown): boolean =>
  issue.path.length === 0 &&
  (issue.code === 'invalid_type' ||
    (issue.code === 'invalid_union' && issue.errors.every((branch) => branch.some((one) => isOtherKind(one, value)))) ||
    (issue.code === 'invalid_value' && !issue.values.some((one) => typeof one === typeof value)));

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'a map',
  record: 'a map',
  null: 'empty',
};

const wordOf = (expected: string): string => WORDS[expected] ?? expected;

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return `\`${value}\``;
  return typeof value === 'string' ? 'text' : 'a map';
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;

function didYouMean(value: unknown, known: readonly unknown[]): string | null {
  const near = typeof value === 'string' ? nearestName(value, known.map(String)) : null;
  return near === null ? null : `Did you mean \`${near}\`?`;
}

function unknownKey(key: string, path: Path, { document, schema }: Context): Problem {
  const known = knownKeys(schema, path);
  const where = path.length === 0 ? '' : ` in ${subject(path)}`;
  return problem('key-unknown', `Unknown key \`${key}\`${where}.`, {
    at: document.keyAt([...path, key]),
    hint: didYouMean(key, known) ?? `Known here: ${known.join(', ')}.`,
  });
}

/** The keys that a schema allows at a path, whatever the branches of its unions. */
function knownKeys(schema: z.core.$ZodType, path: Path): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return knownKeys(schema.unwrap(), path);
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap((one) => knownKeys(one, path)))];
  const [step, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    if (step === undefined) return Object.keys(shape);
    const inner = shape[step];
    return inner === undefined ? [] : knownKeys(inner, rest);
  }
  if (schema instanceof z.ZodArray) return typeof step === 'number' ? knownKeys(schema.element, rest) : [];
  return schema instanceof z.ZodRecord && typeof step === 'string' ? knownKeys(schema.valueType, rest) : [];
}

function valueAt(document: Shaped, path: Path): unknown {
  let value = document.value;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
  }
  return value;
}
