import { nearestName } from '../model/nearest.ts';
import type { Audit, ModelNode, SqlText } from '../model/node.ts';
import { positionIn } from '../model/position.ts';
import type { Mention } from '../model/references.ts';

type Used = Pick<ModelNode, 'parameters' | 'mentions'>;

const MENTION = /\{\{\s*([^{}\s]+)\s*\}\}/g;

/**
 * The names that these texts put in, and the values of those that are parameters; a mention in a comment does no harm.
 * For a name that there is not, the nearest one comes along, so that the reader can suggest it.
 */
export function usedParameters(sql: SqlText, audits: readonly Audit[], parameters: ModelNode['parameters']): Used {
  const texts = [sql, ...audits.flatMap((audit) => (audit.type === 'sql' ? [audit.sql] : []))];
  const mentions = texts.filter(({ text }) => text.includes('{{')).flatMap(mentioned);
  if (mentions.length === 0) return { parameters: {} };
  const known = mentions.map(({ name }) =>
    Object.hasOwn(parameters, name) ? name : nearestName(name, Object.keys(parameters)),
  );
  const used = known.filter((name) => name !== null).sort();
  return { parameters: Object.fromEntries(used.map((name) => [name, parameters[name] ?? null])), mentions };
}

const mentioned = (sql: SqlText): readonly Mention[] =>
  [...sql.text.matchAll(MENTION)].map((match) => ({
    name: match[1] ?? '',
    as: 'parameter',
    at: positionIn(sql, match.index),
  }));
