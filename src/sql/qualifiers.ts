import type { Span } from '../model/problems.ts';
import type { Block, Context, LongName } from './context.ts';

/** Tells every table which names lean on its schema: `analytics.orders` of `analytics.orders.total`. */
export function attachQualifiers(context: Context): void {
  const found = new Map<number, Span[]>();
  for (const name of context.longNames) {
    const mention = findMention(name);
    if (mention === null) continue;
    const span = context.span(name.tokens[0] ?? 0, (name.tokens[mention.at + 1] ?? 0) + 1);
    const spans = found.get(mention.input);
    if (spans === undefined) found.set(mention.input, [span]);
    else spans.push(span);
  }
  for (const [index, qualifiers] of found) {
    const input = context.inputs[index];
    if (input?.type === 'table' && input.needsAlias !== null) context.inputs[index] = { ...input, qualifiers };
  }
}

/** The table that the first parts of a long name stand for, and which part is its schema. */
function findMention(name: LongName): { readonly at: number; readonly input: number } | null {
  for (let block: Block | null = name.block; block !== null; block = block.parent) {
    for (const { input, schema, table } of block.mentions) {
      for (const at of [0, 1]) {
        if (name.parts[at] === schema && name.parts[at + 1] === table) return { at, input };
      }
    }
  }
  return null;
}
