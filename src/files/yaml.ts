import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseAllDocuments,
  visit,
  type Alias,
  type Document,
  type Node as YamlNode,
  type Pair,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { problem, type Position, type Problem } from '../model/problems.ts';
import type { TextFile } from './text-file.ts';
import { tooDeepAt } from './yaml-depth.ts';

/** Steps from a document's top to a value: keys of maps, indexes of lists. */
export type Path = readonly (string | number)[];

/** A YAML document without errors, as plain data that knows where each piece of it stands. */
export interface YamlDocument {
  readonly file: TextFile;
  readonly value: unknown;
  readonly start: Position;
  /** Where the value stands; where there is none, its nearest parent. */
  at(path: Path): Position;
  /** Where the key of the value stands. */
  keyAt(path: Path): Position;
  /** The scalar as it is written, and what to add to its offsets to get the file's. */
  scalarAt(path: Path): { readonly scalar: Scalar; readonly shift: number } | null;
}

const MAX_DEPTH = 64;
const TOO_DEEP = 'The YAML is nested too deeply.';
const MAX_ALIASES = 100;

/**
 * Reads the YAML between two offsets of a file. Columns stay those of the file: what stands before the first line's
 * YAML counts as blanks. Documents with errors are left out, their problems added; empty documents are left out.
 */
export function readYaml(
  file: TextFile,
  problems: Problem[],
  range: { readonly start: number; readonly end: number } = { start: 0, end: file.text.length },
): readonly YamlDocument[] {
  const shift = range.start - file.positionAt(range.start).column + 1;
  const text = ' '.repeat(range.start - shift) + file.text.slice(range.start, range.end);
  const deep = tooDeepAt(text);
  if (deep !== null) {
    problems.push(problem('yaml-syntax', TOO_DEEP, { at: file.positionAt(deep + shift) }));
    return [];
  }
  const documents = parseAllDocuments(text, { prettyErrors: false, stringKeys: true });
  if ('empty' in documents) {
    problems.push(...syntaxProblems(documents.errors, file, shift));
    return [];
  }
  return documents.flatMap((document) => {
    const faults = faultsOf(document, file, shift);
    problems.push(...faults);
    if (faults.length > 0 || isEmpty(document)) return [];
    const expanded = expand(document);
    if (expanded.ok) return [documentOf(document, expanded.value, file, shift)];
    const at = file.positionAt(offsetOf(document.contents) + shift);
    problems.push(problem('yaml-syntax', 'The aliases of this YAML grow too large.', { at }));
    return [];
  });
}

/** Between two `---` may stand nothing, or comments alone. */
const isEmpty = ({ contents }: Document.Parsed): boolean =>
  contents === null || (isScalar(contents) && contents.source === '');

/** Plain data. A few aliases of aliases can grow without bound: the parser stops them. */
function expand(document: Document.Parsed): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch {
    return { ok: false };
  }
}

const offsetOf = (node: unknown): number => {
  if (isPair(node)) return offsetOf(node.key);
  return isCollection(node) || isScalar(node) || isAlias(node) ? (node.range?.[0] ?? 0) : 0;
};

function faultsOf(document: Document.Parsed, file: TextFile, shift: number): readonly Problem[] {
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0) return syntaxProblems(syntax, file, shift);
  const problems: Problem[] = [];
  const report = (node: unknown, message: string, hint?: string): void => {
    const at = file.positionAt(offsetOf(node) + shift);
    problems.push(problem('yaml-syntax', message, { at, ...(hint === undefined ? {} : { hint }) }));
  };
  visit(document, (_key, node, ancestors) => {
    if (ancestors.length > MAX_DEPTH) {
      report(node, TOO_DEEP);
      return visit.BREAK;
    }
    if (isAlias(node)) {
      aliasFault(node, document, ancestors, report);
    } else if (isPair(node) && isScalar(node.key) && node.key.value === '__proto__') {
      report(node, 'A key cannot be named `__proto__`.');
    } else if (isScalar(node) && isRounded(node)) {
      report(node, `The number ${node.source} is too large to be exact.`, 'Put it in quotes.');
    }
    return undefined;
  });
  return problems;
}

const isRounded = (scalar: Scalar): boolean =>
  typeof scalar.value === 'number' &&
  !Number.isSafeInteger(scalar.value) &&
  /^(?:[-+]?\d+|0[xo][\da-f]+)$/i.test(scalar.source ?? '');

/** The parser tells of most mistakes several times; each duplicate key, though, is a mistake of its own. */
function syntaxProblems(errors: readonly YAMLError[], file: TextFile, shift: number): readonly Problem[] {
  const duplicates = errors.filter((error) => error.code === 'DUPLICATE_KEY');
  const others = errors.filter((error) => error.code !== 'DUPLICATE_KEY').slice(0, 1);
  return [...duplicates, ...others].map((error) => {
    const offset = error.pos[0] + shift;
    return problem('yaml-syntax', syntaxMessage(error, file, offset), {
      at: file.positionAt(offset),
      ...syntaxHint(error, file.text.slice(Math.max(0, offset - 1), offset + 2)),
    });
  });
}

/** What to do, where the error or the text around it tells. */
function syntaxHint({ code }: YAMLError, around: string): { readonly hint?: string } {
  if (code === 'TAB_AS_INDENT') return { hint: 'Indent with blanks.' };
  return around.includes('${') ? { hint: 'Inside `{ … }` and `[ … ]` a variable stands in quotes: "${VAR}".' } : {};
}

function syntaxMessage(error: YAMLError, file: TextFile, offset: number): string {
  if (error.code !== 'DUPLICATE_KEY') return `Not valid YAML: ${error.message.replace(/\.$/, '')}.`;
  const key = /^["']?([^"':\n]*)/.exec(file.text.slice(offset))?.[1]?.trim() ?? '';
  return `The key \`${key}\` stands here a second time.`;
}

function aliasFault(
  alias: Alias,
  document: Document.Parsed,
  ancestors: readonly unknown[],
  report: (node: unknown, message: string, hint?: string) => void,
): void {
  const target = alias.resolve(document);
  if (target === undefined) report(alias, `The alias \`*${alias.source}\` has no anchor before it.`);
  else if (ancestors.includes(target)) report(alias, `The alias \`*${alias.source}\` contains itself.`);
}

function documentOf(document: Document.Parsed, value: unknown, file: TextFile, shift: number): YamlDocument {
  const position = (node: unknown): Position => file.positionAt(offsetOf(node) + shift);
  const walk = (path: Path): { readonly key: unknown; readonly value: YamlNode | null; readonly found: boolean } => {
    let step: ReturnType<typeof walk> = { key: document.contents, value: document.contents, found: true };
    for (const key of path) {
      const next = childOf(resolved(step.value, document), key);
      if (next === null) return { ...step, found: false };
      step = { ...next, found: true };
    }
    return step;
  };
  return {
    file,
    value,
    start: position(document.contents),
    at: (path) => {
      const { value, key } = walk(path);
      return position(value ?? key);
    },
    keyAt: (path) => position(walk(path).key),
    scalarAt: (path) => {
      const { value, found } = walk(path);
      const scalar = resolved(value, document);
      return found && isScalar(scalar) ? { scalar, shift } : null;
    },
  };
}

const resolved = (node: YamlNode | null, document: Document.Parsed): YamlNode | null =>
  isAlias(node) ? (node.resolve(document) ?? null) : node;

function childOf(node: YamlNode | null, key: string | number): { key: unknown; value: YamlNode | null } | null {
  if (isSeq<YamlNode>(node)) {
    const item = typeof key === 'number' ? node.items[key] : undefined;
    return item === undefined ? null : { key: item, value: item };
  }
  if (!isMap<YamlNode, YamlNode | null>(node)) return null;
  const pair = pairsOf(node).get(String(key));
  return pair === undefined ? null : { key: pair.key, value: pair.value };
}

type Pairs = ReadonlyMap<string, Pair<YamlNode, YamlNode | null>>;
const indexed = new WeakMap<YAMLMap, Pairs>();

/** A map's pairs by key, looked up once: maps of ten thousand keys are asked for each of them. */
function pairsOf(map: YAMLMap<YamlNode, YamlNode | null>): Pairs {
  const known = indexed.get(map);
  if (known !== undefined) return known;
  const pairs = new Map(map.items.flatMap((one) => (isScalar(one.key) ? [[String(one.key.value), one] as const] : [])));
  indexed.set(map, pairs);
  return pairs;
}
