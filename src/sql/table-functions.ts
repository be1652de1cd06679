import type { Tie } from './contract.ts';
import type { Context } from './context.ts';
import { FILE_READERS, OUTSIDE, PURE_TABLES, isVolatile } from './functions.ts';
import type { Expression } from './structure.ts';

/**
 * What a table function reads besides its arguments. Files and other databases must be named by a literal or declared:
 * a build over them would be taken again although they changed. A function that nobody knows may read anything, so its
 * answer is one of that very build.
 */
export function withWhatItReads(context: Context, name: string, call: Expression): Expression {
  if (FILE_READERS.has(name))
    refuse(context, call, `the files that \`${name}\` reads are named by no single literal`, FILES);
  else if (OUTSIDE.has(name)) refuse(context, call, `what \`${name}\` reads cannot be told from its text`, TABLES);
  if (FILE_READERS.has(name) || OUTSIDE.has(name) || PURE_TABLES.has(name) || isVolatile(name)) return call;
  const tie: Tie = { kind: 'tie', construct: `${name}(), which may read anything`, span: call.span };
  context.ties.push(tie);
  return { ...call, facts: { ...call.facts, ties: [...call.facts.ties, { tie, keys: null }] } };
}

const FILES =
  "write one path or one pattern ('data/*.csv'), or declare each file as a source (kind: source, file:) and name that";
const TABLES = 'declare what it reads as a source (kind: source) and name that';

const refuse = (context: Context, { span }: Expression, message: string, hint: string): void =>
  context.problem('source-undeclared', `${message}: a change there would go unnoticed`, span, hint);
