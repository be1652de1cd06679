import type { Finding } from './judge.ts';
import type { Answer } from './subject.ts';
import type { Step } from './play.ts';

export interface Precision {
  /** Nodes that read a changed one, at any distance: a rule per model builds them all. */
  below: number;
  reused: number;
  /** Those whose tables are the same before and after. */
  same: number;
}

const none = (): Precision => ({ below: 0, reused: 0, same: 0 });

type Counted = Step | 'refused' | 'broken where nothing is used';

/** What a run counted; plain data, so that runs can be added. */
export interface Totals {
  readonly edits: Readonly<Record<string, number>>;
  readonly imprecise: Readonly<Record<string, number>>;
  readonly findings: Readonly<Record<string, number>>;
  /** Models that hold a construct, as they were written. */
  readonly constructs: Readonly<Record<string, number>>;
  /** What became of nodes, what was compared. */
  readonly nodes: Readonly<Record<string, number>>;
  readonly precision: { readonly code: Precision; readonly data: Precision };
  /** Projects that were left because the engine itself broke over one of their queries. */
  readonly broken: number;
  /** What was drafted, and how much of it the engine refused. */
  readonly discards: { readonly models: readonly [number, number]; readonly edits: readonly [number, number] };
}

export class Tally {
  readonly #edits: Record<string, number> = {};
  readonly #imprecise: Record<string, number> = {};
  readonly #findings: Record<string, number> = {};
  readonly #constructs: Record<string, number> = {};
  readonly #nodes: Record<string, number> = {};
  #broken = 0;
  readonly #precision = { code: none(), data: none() };

  edit(kind: Counted): void {
    add(this.#edits, kind, 1);
  }

  imprecise(kind: Counted): void {
    add(this.#imprecise, kind, 1);
  }

  finding(type: Finding['type']): void {
    add(this.#findings, type, 1);
  }

  broke(): void {
    this.#broken += 1;
  }

  /** What became of the nodes of an operation. */
  result({ result }: Extract<Answer, { type: 'done' }>): void {
    for (const { action } of result?.nodes ?? []) add(this.#nodes, action, 1);
  }

  /** What stands in a model that was written. */
  written(text: string): void {
    for (const name of constructsIn(text)) add(this.#constructs, name, 1);
  }

  judged(counts: Readonly<Record<string, number>>): void {
    for (const [name, count] of Object.entries(counts)) add(this.#nodes, name, count);
  }

  precision(of: 'code' | 'data', more: Precision): void {
    const sum = this.#precision[of];
    sum.below += more.below;
    sum.reused += more.reused;
    sum.same += more.same;
  }

  get counts(): Omit<Totals, 'discards'> {
    return {
      edits: this.#edits,
      imprecise: this.#imprecise,
      findings: this.#findings,
      constructs: this.#constructs,
      nodes: this.#nodes,
      precision: this.#precision,
      broken: this.#broken,
    };
  }
}

const CONSTRUCTS: Readonly<Record<string, RegExp>> = {
  clock: /current_date|now\(\)|today\(\)/i,
  'clock: ignore': /^clock: ignore/m,
  'WINDOW clause': /\bWINDOW w\b/i,
  'window function': /\bOVER\b/i,
  QUALIFY: /\bQUALIFY\b/i,
  PIVOT: /\(\s*PIVOT\b/i,
  UNPIVOT: /\bUNPIVOT\b/i,
  LATERAL: /\bLATERAL\b/i,
  'unnest in FROM': /[,N]\s+unnest\(/i,
  'unnest in SELECT': /(SELECT|[^N]\b|,)\s+unnest\(.*\bFROM\b/is,
  struct: /\{\s*'a'/,
  'field of a struct': /\.[ab]\b/i,
  'list comprehension': /\bFOR\s+e\s+IN\b/i,
  lambda: /\blambda\b/i,
  ASOF: /\bASOF\b/i,
  'SEMI or ANTI': /\b(SEMI|ANTI)\b/i,
  'USING or NATURAL': /\bUSING \(|\bNATURAL\b/i,
  'DISTINCT ON': /\bDISTINCT\s+ON\b/i,
  DISTINCT: /\bDISTINCT\b/i,
  VALUES: /\bVALUES\b/i,
  'FROM first': /^\s*FROM\b/im,
  EXCLUDE: /\bEXCLUDE\b/i,
  REPLACE: /\*\s+(EXCLUDE\s+\([^)]*\)\s+)?REPLACE\b/i,
  RENAME: /\bRENAME\b/i,
  'BY NAME': /\bBY\s+NAME\b/i,
  'set operation': /\b(UNION|EXCEPT|INTERSECT)\b/i,
  'recursive CTE': /\bWITH\s+RECURSIVE\b/i,
  CTE: /\bWITH\b/i,
  subquery: /\((\s|--.*\n|\/\*.*?\*\/)*SELECT\b/i,
  'subquery in HAVING': /\bHAVING\b[^()]*\([^()]*\)[^()]*\(\s*SELECT/i,
  'subquery in QUALIFY': /\bQUALIFY\b.*\(\s*SELECT/is,
  'subquery in LIMIT': /\bLIMIT\s+\(/i,
  'GROUP BY ALL': /\bGROUP\s+BY\s+ALL\b/i,
  'ROLLUP, CUBE, GROUPING SETS': /\b(ROLLUP|CUBE|GROUPING)\b/i,
  'order without total': /\b(any_value|first|row_number|lag|lead|first_value)\(/i,
  'random()': /\brandom\(\)/i,
  depends_on: /^depends_on:/m,
  opaque: /^opaque:/m,
  'declared types': /^columns:/m,
  view: /^kind: view/m,
};

export const constructsIn = (text: string): string[] =>
  Object.entries(CONSTRUCTS).flatMap(([name, pattern]) => (pattern.test(text) ? [name] : []));

function add(counts: Record<string, number>, name: string, more: number): void {
  counts[name] = (counts[name] ?? 0) + more;
}
