import type { BuildId } from '../../model/ids.ts';
import { quoteIdentifier } from '../../postgres/literal.ts';
import type { RelationName, Sql } from '../contract.ts';

export const BOUGH_SCHEMA = 'bough';

/** What is longer, PostgreSQL cuts with a mere notice. */
export const MAX_IDENTIFIER = 63;

/** Bough quotes every name, and a quoted name is compared as it stands. */
export const fold = (identifier: string): string => identifier;

export function quoteName({ schema, name }: RelationName): Sql {
  for (const part of [schema, name]) {
    if (Buffer.byteLength(part) > MAX_IDENTIFIER) throw new Error(`\`${part}\` is longer than ${MAX_IDENTIFIER} bytes`);
  }
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

export const buildName = (id: BuildId | string): Sql => quoteName({ schema: BOUGH_SCHEMA, name: id });

/** Equal for names of one relation. */
export const relationKey = ({ schema, name }: RelationName): string => JSON.stringify([schema, name]);

export const shown = ({ schema, name }: RelationName): string => `\`${schema}.${name}\``;
