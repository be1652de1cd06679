import type { Dialect } from './contract.ts';
import { K, KEYWORD_TEXT, isNeverName } from './keywords.ts';
import { KIND, symbol } from './tokens.ts';
import type { Tokens } from './tokens.ts';

const COMMA = symbol(',');
const STAR = symbol('*');
const SEMICOLON = symbol(';');
const OPEN = symbol('(');

const codes = (words: string): ReadonlySet<number> =>
  new Set(words.split(/\s+/).map((word) => KEYWORD_TEXT.indexOf(word)));

/** Words of the grammar that a dialect lets name a column without quotes, where an operand is expected. */
const FREE: { readonly [name in Dialect]: ReadonlySet<number> } = {
  duckdb: new Set(),
  postgres: new Set(),
  databricks: codes(
    `end desc asc table window limit fetch for group order qualify having any some escape collate ilike
    case when then else with select from where and or in is like not between into as`,
  ),
  snowflake: codes('end desc asc window limit fetch escape collate'),
  bigquery: codes('table qualify ilike similar escape'),
  trino: codes('desc asc window limit fetch qualify lateral any some collate ilike'),
  starrocks: codes('end window fetch any some escape collate ilike'),
};

/** Words behind which an operand stands. */
const BEFORE = codes('select distinct where and or not by on having when then else case between');
/** Words that have an operand behind them: a sign can be its first. */
const LEADING = codes('case when then else with select from where and or in is like not between into as for');
/** Words that a complete operand can be followed by. */
const BEHIND = codes('from as and or is in not like between then when else end asc desc where');

/** Makes plain words of the keywords that stand where only the name of a column, or one behind AS, can be meant. */
export function freeWords(tokens: Tokens, dialect: Dialect): void {
  const free = FREE[dialect];
  for (let at = 1; at < tokens.count; at++) {
    const code = tokens.code[at] ?? 0;
    if (code === 0 || tokens.kind[at] !== KIND.word) continue;
    if (free.has(code) ? isName(tokens, at, dialect) : isNeverName(code) && isLabel(tokens, at)) tokens.code[at] = 0;
  }
}

function isName(tokens: Tokens, at: number, dialect: Dialect): boolean {
  if (isLabel(tokens, at)) return true;
  if (!startsOperand(tokens, at - 1)) return false;
  // In Spark `any(x)` and `some(x)` are aggregates.
  const calls = dialect === 'databricks' && (tokens.code[at] === K.any || tokens.code[at] === K.some);
  if (LEADING.has(tokens.code[at] ?? 0)) return isLabelEnd(tokens, at + 1) || isAs(tokens, at + 1);
  return endsName(tokens, at + 1) || (calls && tokens.kind[at + 1] === KIND.open);
}

/** `amount AS limit`, up to a comma or the next clause. */
const isLabel = (tokens: Tokens, at: number): boolean => isAs(tokens, at - 1) && isLabelEnd(tokens, at + 1);

const isAs = ({ kind, code }: Tokens, at: number): boolean => kind[at] === KIND.word && code[at] === K.as;

function isLabelEnd({ kind, code }: Tokens, at: number): boolean {
  if (kind[at] === KIND.word) return code[at] === K.from;
  return kind[at] === KIND.end || kind[at] === KIND.close || (kind[at] === KIND.symbol && isComma(code[at] ?? 0));
}

const isComma = (code: number): boolean => code === COMMA || code === SEMICOLON;

function startsOperand(tokens: Tokens, before: number): boolean {
  const code = tokens.code[before] ?? 0;
  const kind = tokens.kind[before];
  if (kind === KIND.word) return BEFORE.has(code);
  return kind === KIND.symbol ? code !== STAR : kind === KIND.open && code === OPEN;
}

function endsName(tokens: Tokens, behind: number): boolean {
  const kind = tokens.kind[behind];
  if (kind === KIND.word) return BEHIND.has(tokens.code[behind] ?? 0);
  return kind === KIND.symbol || kind === KIND.close || kind === KIND.end;
}
