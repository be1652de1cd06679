import type { Audit, ModelNode } from '../model/node.ts';

type Parameters = ModelNode['parameters'];

/** Values of the parameters that these texts mention; a mention in a comment does no harm. */
export function usedParameters(sql: string, audits: readonly Audit[], parameters: Parameters): Parameters {
  const texts = [sql, ...audits.flatMap((audit) => (audit.type === 'sql' ? [audit.sql.text] : []))];
  const used = texts.filter((text) => text.includes('{{')).flatMap(mentioned);
  const known = used.filter((name) => Object.hasOwn(parameters, name)).sort();
  return Object.fromEntries(known.map((name) => [name, parameters[name] ?? null]));
}

const mentioned = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{\s*([^{}\s]+)\s*\}\}/g)].map((match) => match[1] ?? '');
