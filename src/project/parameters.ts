import { nearestName } from '../model/nearest.ts';
import type { Audit, ModelNode } from '../model/node.ts';

type Parameters = ModelNode['parameters'];

/**
 * Values of the parameters that these texts mention; a mention in a comment does no harm. For a name that there is not,
 * the nearest one comes along, so that the reader can suggest it.
 */
export function usedParameters(sql: string, audits: readonly Audit[], parameters: Parameters): Parameters {
  const texts = [sql, ...audits.flatMap((audit) => (audit.type === 'sql' ? [audit.sql.text] : []))];
  const names = texts.filter((text) => text.includes('{{')).flatMap(mentioned);
  const known = names.map((name) =>
    Object.hasOwn(parameters, name) ? name : nearestName(name, Object.keys(parameters)),
  );
  const used = known.filter((name) => name !== null).sort();
  return Object.fromEntries(used.map((name) => [name, parameters[name] ?? null]));
}

const mentioned = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{\s*([^{}\s]+)\s*\}\}/g)].map((match) => match[1] ?? '');
