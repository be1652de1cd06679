/**
 * Words with a meaning of their own. `never` can never name a column or a table without quotes in any of the dialects;
 * `joint` stands between or before operands, so what follows it is an operand and no alias; `other` words mean
 * something in one place only and are names elsewhere.
 */
const NEVER = [
  'select',
  'from',
  'where',
  'group',
  'having',
  'order',
  'limit',
  'union',
  'intersect',
  'except',
  'with',
  'on',
  'using',
  'as',
  'into',
  'when',
  'then',
  'else',
  'end',
  'case',
  'null',
  'true',
  'false',
  'distinct',
  'all',
  'create',
  'desc',
  'asc',
  'table',
  'fetch',
  'for',
  'lateral',
  'window',
  'qualify',
] as const;
const JOINT = [
  'and',
  'or',
  'not',
  'in',
  'is',
  'like',
  'ilike',
  'between',
  'collate',
  'escape',
  'similar',
  'any',
  'some',
] as const;
const OTHER = [
  'offset',
  'join',
  'inner',
  'left',
  'right',
  'full',
  'outer',
  'cross',
  'natural',
  'semi',
  'anti',
  'asof',
  'positional',
  'apply',
  'straight_join',
  'global',
  'by',
  'recursive',
  'materialized',
  'values',
  'over',
  'filter',
  'within',
  'partition',
  'rows',
  'range',
  'groups',
  'exists',
  'cast',
  'try_cast',
  'safe_cast',
  'extract',
  'interval',
  'date',
  'time',
  'timestamp',
  'zone',
  'at',
  'pivot',
  'unpivot',
  'pivot_wider',
  'pivot_longer',
  'tablesample',
  'sample',
  'unnest',
  'exclude',
  'replace',
  'rename',
  'top',
  'only',
  'view',
  'minus',
  'rollup',
  'cube',
  'grouping',
  'sets',
  'describe',
  'summarize',
  'show',
  'explain',
  'analyze',
  'insert',
  'update',
  'delete',
  'merge',
  'copy',
  'alter',
  'drop',
  'call',
  'grant',
  'set',
  'percent',
  'ordinality',
  'nulls',
  'first',
  'last',
  'ignore',
  'respect',
  'struct',
  'value',
  'lambda',
  'glob',
  'rlike',
  'regexp',
  'div',
  'mod',
  'overlaps',
  'isnull',
  'notnull',
  'to',
  'name',
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'quarter',
  'week',
  'ties',
  'next',
  'row',
  'match_recognize',
  'both',
  'leading',
  'trailing',
  'placing',
  'precision',
  'varying',
  'without',
  'symmetric',
  'asymmetric',
  'truncate',
  'attach',
  'detach',
  'use',
  'pragma',
  'begin',
  'commit',
  'rollback',
  'install',
  'load',
  'export',
  'import',
  'vacuum',
  'checkpoint',
  'reset',
  'execute',
  'prepare',
  'deallocate',
  'comment',
  'array',
  'map',
  'user',
  'current_user',
  'session_user',
  'default',
  'count',
  'xor',
  'connect',
  'prior',
  'start',
  'corresponding',
  'cluster',
  'distribute',
  'sort',
  'separator',
  'ordered',
  'preceding',
  'following',
  'unbounded',
  'current',
  'columns',
  'force',
  'hash',
  'error',
  'include',
  'key',
  'macro',
  'format',
  'analyse',
  'column',
  'if',
  'system_time',
  'of',
  'version',
  'before',
  'unpack',
  'variadic',
  'microsecond',
  'millisecond',
  'decade',
  'century',
  'millennium',
  'years',
  'months',
  'days',
  'hours',
  'minutes',
  'seconds',
  'weeks',
  'quarters',
  'milliseconds',
  'microseconds',
  'type',
  'primary',
  'foreign',
  'check',
  'constraint',
  'generated',
] as const;

type Word = (typeof NEVER)[number] | (typeof JOINT)[number] | (typeof OTHER)[number];
const WORDS: readonly Word[] = [...NEVER, ...JOINT, ...OTHER];

/** Number of each keyword; 0 is any other word. */
export const K: { readonly [word in Word]: number } = Object.fromEntries(
  WORDS.map((word, index) => [word, index + 1]),
) as { [word in Word]: number };

/** Words that start a statement which writes. */
export const WRITES: ReadonlySet<number> = new Set([K.insert, K.update, K.delete, K.merge]);

/** Spelling of each keyword by its number. */
export const KEYWORD_TEXT: readonly string[] = ['', ...WORDS];

const NEVER_LAST = NEVER.length;
const JOINT_LAST = NEVER.length + JOINT.length;
export const isNeverName = (code: number): boolean => code > 0 && code <= NEVER_LAST;
export const isReserved = (code: number): boolean => code > 0 && code <= JOINT_LAST;

const TABLE_SIZE = 2048;
const slots = new Uint16Array(TABLE_SIZE);

/** One step of the hash that the lexer computes while it scans a word; `char` is already lower case. */
export const hashStep = (hash: number, char: number): number => (Math.imul(hash, 31) + char) | 0;

for (const [index, word] of WORDS.entries()) {
  let hash = 0;
  for (let at = 0; at < word.length; at++) hash = hashStep(hash, word.charCodeAt(at));
  let slot = hash & (TABLE_SIZE - 1);
  while (slots[slot] !== 0) slot = (slot + 1) & (TABLE_SIZE - 1);
  slots[slot] = index + 1;
}

function isSpelled(word: string, text: string, start: number): boolean {
  for (let at = 0; at < word.length; at++) {
    const char = text.charCodeAt(start + at);
    if ((char >= 65 && char <= 90 ? char + 32 : char) !== word.charCodeAt(at)) return false;
  }
  return true;
}

/** The keyword that stands at `start`, or 0. */
export function keywordAt(text: string, start: number, end: number, hash: number): number {
  for (let slot = hash & (TABLE_SIZE - 1); ; slot = (slot + 1) & (TABLE_SIZE - 1)) {
    const code = slots[slot] ?? 0;
    if (code === 0) return 0;
    const word = KEYWORD_TEXT[code] ?? '';
    if (word.length === end - start && isSpelled(word, text, start)) return code;
  }
}
