import type { ProblemCode, Span } from '../../model/problems.ts';
import type { InputTable, SqlProblem } from '../contract.ts';
import { foldEngineName } from '../dialects.ts';
import type { DialectRules } from '../dialects.ts';
import type { Query, Relation } from '../structure.ts';
import type { Atoms } from './meaning.ts';
import type { Scope } from './scope.ts';
import type { Table } from './table.ts';

/** The work of one resolution. */
export interface ResolverParts {
  readonly rules: DialectRules;
  readonly atoms: Atoms;
  readonly inputs: readonly InputTable[];
  /** Number of each input in canonical order. */
  readonly order: readonly number[];
  /** CTEs that something reads, and how often. */
  readonly used: ReadonlyMap<number, number>;
  readonly query: (resolver: Resolver, query: Query, parent: Scope | null) => Table;
  readonly relation: (resolver: Resolver, relation: Relation, scope: Scope) => Table;
}

/** State of one resolution, and the two functions that expressions need from modules that need expressions. */
export class Resolver {
  readonly problems: SqlProblem[] = [];
  /** CTEs by their number. */
  readonly ctes = new Map<number, Table>();
  /** Outer scopes that were reached since somebody cleared it. */
  readonly touched = new Set<Scope>();
  /** How many first branches of recursive CTEs were resolved for their names. */
  anchors = 0;
  /** CTEs so far that differ by themselves and are read more than once. */
  shared = 0;
  /** Names may be arguments of a lambda: none is reported. */
  quiet = false;
  readonly rules: DialectRules;
  readonly atoms: Atoms;
  readonly inputs: readonly InputTable[];
  readonly order: readonly number[];
  readonly usedCtes: ReadonlyMap<number, number>;
  readonly #parts: ResolverParts;
  readonly #places = new Set<string>();

  constructor(parts: ResolverParts) {
    this.rules = parts.rules;
    this.atoms = parts.atoms;
    this.inputs = parts.inputs;
    this.order = parts.order;
    this.usedCtes = parts.used;
    this.#parts = parts;
  }

  query(query: Query, parent: Scope | null): Table {
    return this.#parts.query(this, query, parent);
  }

  relation(relation: Relation, scope: Scope): Table {
    return this.#parts.relation(this, relation, scope);
  }

  problem(code: ProblemCode, message: string, span: Span, hint: string | null): void {
    const place = `${code} ${span.start}`;
    if (this.#places.has(place) || this.tooWrong) return;
    this.#places.add(place);
    this.problems.push({ code, severity: 'error', message, hint, span });
  }

  /** Nobody reads more problems of one query. */
  get tooWrong(): boolean {
    return this.problems.length >= MOST_PROBLEMS;
  }

  fold(name: string): string {
    return foldEngineName(name, this.rules);
  }
}

const MOST_PROBLEMS = 200;
