import { restClause } from './clauses.ts';
import type { Context } from './context.ts';
import { spelledName } from './dialects.ts';
import { K } from './keywords.ts';
import type { Clause, Cte } from './structure.ts';
import { KIND, symbol } from './tokens.ts';

const COMMA = symbol(',');

/** Reads a WITH list and opens its scope; the caller closes it. */
export function readCtes(context: Context, limit: number): readonly Cte[] {
  const scope = { names: new Map<string, number>(), parent: context.scope };
  context.scope = scope;
  context.at++;
  const recursive = context.isWord(context.at, K.recursive);
  if (recursive) context.at++;
  const ctes: Cte[] = [];
  for (;;) {
    const cte = readCte(context, limit, recursive, scope.names);
    if (cte === null) return ctes;
    ctes.push(cte);
    if (!context.isSymbol(context.at, COMMA)) return ctes;
    context.at++;
  }
}

function readCte(context: Context, limit: number, inRecursive: boolean, names: Map<string, number>): Cte | null {
  const nameAt = context.at;
  if (nameAt >= limit || !context.isIdentifier(nameAt)) return null;
  const open = bodyOpen(context, nameAt, limit);
  if (open === -1) {
    context.problem('sql-syntax', 'WITH is followed by `name AS (query)`', context.span(nameAt, nameAt + 1));
    return null;
  }
  const columns = columnsOf(context, nameAt);
  const close = context.match(open);
  const id = context.cteCount++;
  const folded = context.fold(nameAt);
  const seesItself = inRecursive || (context.rules.implicitRecursion && holdsUnion(context, open, close));
  if (seesItself) names.set(folded, id);
  context.at = open + 1;
  const query = context.readQuery(context, close);
  names.set(folded, id);
  context.at = close + 1;
  const rest = readCteRest(context, nameAt, open, limit);
  const recursive = (context.cteUses[id] ?? 0) > 0;
  const inlined = context.isWord(open - 2, K.not);
  return { id, name: context.identifier(nameAt), columns, query, recursive, inlined, rest };
}

/** The bracket of the body behind `name [(columns)] [USING KEY (…)] AS [[NOT] MATERIALIZED]`, or -1. */
function bodyOpen(context: Context, nameAt: number, limit: number): number {
  let at = nameAt + 1;
  if (context.isOpen(at)) at = context.match(at) + 1;
  if (context.isWord(at, K.using) && context.isWord(at + 1, K.key) && context.isOpen(at + 2))
    at = context.match(at + 2) + 1;
  if (!context.isWord(at, K.as)) return -1;
  at++;
  if (context.isWord(at, K.not)) at++;
  if (context.isWord(at, K.materialized)) at++;
  return at < limit && context.isOpen(at) ? at : -1;
}

function columnsOf(context: Context, nameAt: number): readonly string[] | null {
  if (!context.isOpen(nameAt + 1)) return null;
  const names: string[] = [];
  for (let at = nameAt + 2; at < context.match(nameAt + 1); at++)
    if (context.isIdentifier(at)) names.push(spelledName(context.identifier(at), context.rules));
  return names;
}

function holdsUnion(context: Context, open: number, close: number): boolean {
  for (let at = open + 1; at < close; at++) {
    if (context.kind(at) === KIND.open) at = context.match(at);
    else if (context.isWord(at, K.union)) return true;
  }
  return false;
}

/** USING KEY before the body, SEARCH and CYCLE behind it. */
function readCteRest(context: Context, nameAt: number, open: number, limit: number): Clause | null {
  const { at } = context;
  const keyed = keyClause(context, nameAt, open);
  if (at >= limit || context.isSymbol(at, COMMA) || !followsBody(context, at)) return keyed;
  let end = at;
  while (end < limit && !context.isSymbol(end, COMMA) && !context.isWord(end, K.select)) {
    end = context.kind(end) === KIND.open ? context.match(end) + 1 : end + 1;
  }
  return restClause(context, end);
}

const followsBody = (context: Context, at: number): boolean =>
  context.kind(at) === KIND.word && /^(search|cycle)$/i.test(context.raw(at));

function keyClause(context: Context, nameAt: number, open: number): Clause | null {
  for (let at = nameAt + 1; at < open; at++) {
    if (!context.isWord(at, K.using)) continue;
    const after = context.at;
    context.at = at;
    const clause = restClause(context, context.match(at + 2) + 1);
    context.at = after;
    return clause;
  }
  return null;
}
