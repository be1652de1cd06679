import type { JsonScalar } from '../model/json.ts';
import { nearestName } from '../model/nearest.ts';
import type { ParameterUse, SqlProblem } from './contract.ts';
import type { DialectRules } from './dialects.ts';
import { KIND } from './tokens.ts';
import type { Tokens } from './tokens.ts';

/** A value as SQL writes it. */
export function literalOf(value: JsonScalar, rules: DialectRules): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number') return numberText(value);
  const escaped = rules.backslash ? value.replaceAll('\\', '\\\\').replaceAll("'", "\\'") : value.replaceAll("'", "''");
  return `'${escaped}'`;
}

// A negative number in brackets stays one operand: `1 - -2` is safe, `1--2` would be a comment.
const numberText = (value: number): string => (value < 0 ? `(${String(value)})` : String(value));

/** The parameters that a text uses, with their literals; unknown ones are problems and stand as NULL. */
export function readParameters(
  tokens: Tokens,
  values: Readonly<Record<string, JsonScalar>>,
  rules: DialectRules,
): { readonly uses: readonly ParameterUse[]; readonly problems: readonly SqlProblem[] } {
  const uses: ParameterUse[] = [];
  const problems: SqlProblem[] = [];
  for (let at = 0; at < tokens.count; at++) {
    if (tokens.kind[at] !== KIND.parameter) continue;
    const span = { start: tokens.start[at] ?? 0, end: tokens.end[at] ?? 0 };
    const name = tokens.text.slice(span.start + 2, span.end - 2).trim();
    const known = Object.hasOwn(values, name);
    if (!known) problems.push(unknownParameter(name, Object.keys(values), span));
    uses.push({ name, span, literal: known ? literalOf(values[name] ?? null, rules) : 'NULL' });
  }
  return { uses, problems };
}

function unknownParameter(name: string, names: readonly string[], span: SqlProblem['span']): SqlProblem {
  const near = nearestName(name, names);
  const part = name.includes('.') ? name.slice(0, name.indexOf('.')) : null;
  const place = part === null ? 'declare it under parameters: in bough.yml' : `set it in config/${part}/base.yaml`;
  const hint = near === null ? place : `did you mean \`${near}\`?`;
  return { code: 'parameter-unknown', severity: 'error', message: `there is no parameter \`${name}\``, hint, span };
}
