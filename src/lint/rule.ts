import type { BoundProject } from '../bindings/bind.ts';
import type { EnvironmentName } from '../model/ids.ts';
import type { Node, SqlText } from '../model/node.ts';
import type { Position, Problem, RuleId } from '../model/problems.ts';
import type { Project } from '../model/project.ts';
import type { Outline } from '../plan/reader.ts';
import type { Text } from './ignores.ts';
import type { Leak } from './secrets/leak.ts';

/** A query of a node: its own, or that of an audit. */
export interface QueryOf {
  readonly node: Node;
  readonly sql: SqlText;
  readonly outline: Outline;
}

/** What rules look at: the files, and what they mean in each environment that they declare. */
export interface Subject {
  readonly project: Project;
  /** In the order of the file. */
  readonly environments: readonly BoundProject[];
  /** Environments that overlays have something to say of, and where. */
  readonly overridden: ReadonlyMap<EnvironmentName, Position>;
  readonly queries: readonly QueryOf[];
  /** The texts in which a comment can ask to ignore what a rule finds. */
  readonly texts: readonly Text[];
  /** Secrets in files that git tracks. */
  readonly leaks: readonly Leak[];
}

/** One place that a rule complains of: what is wrong, and what to do. */
export interface Finding {
  readonly message: string;
  readonly at: Position;
  readonly hint?: string;
}

/** What people are told of a rule. */
export interface RuleInfo {
  /** Stable: files and pipelines name it. */
  readonly id: string;
  readonly severity: Problem['severity'];
  /** One sentence: what the rule wants. */
  readonly summary: string;
  /** What goes wrong where it is not so; for docs/rules.md. */
  readonly why: string;
}

/**
 * Something that is wrong, or probably wrong, though all can be read. One rule is one file in `rules/`, and is listed in
 * `rules.ts`; nothing else knows it.
 */
export interface Rule extends RuleInfo {
  readonly find: (subject: Subject) => readonly Finding[];
}

/** A finding as every other problem is told. */
export const problemOf = ({ id, severity }: RuleInfo, finding: Finding): Problem => ({
  code: id as RuleId,
  severity,
  ...finding,
});
