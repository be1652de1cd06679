import type { BoundProject } from '../bindings/bind.ts';
import type { Position, Problem, RuleId } from '../model/problems.ts';
import type { Project } from '../model/project.ts';

/** What rules look at: the files, and what they mean in each environment that they declare. */
export interface Subject {
  readonly project: Project;
  /** In the order of the file. */
  readonly environments: readonly BoundProject[];
}

/** One place that a rule complains of: what is wrong, and what to do. */
export interface Finding {
  readonly message: string;
  readonly at: Position;
  readonly hint?: string;
}

/**
 * Something that is wrong, or probably wrong, though all can be read. One rule is one file in `rules/`, and is listed in
 * `rules.ts`; nothing else knows it. Its `id` is stable: files and pipelines name it.
 */
export interface Rule {
  readonly id: string;
  readonly severity: Problem['severity'];
  /** One sentence: what the rule wants. */
  readonly summary: string;
  readonly find: (subject: Subject) => readonly Finding[];
}

/** A finding as every other problem is told. */
export const problemOf = ({ id, severity }: Rule, finding: Finding): Problem => ({
  code: id as RuleId,
  severity,
  ...finding,
});
