import type { NodeName } from '../../model/ids.ts';
import type { OperationResult, PlanDocument } from '../../model/plan.ts';
import type { Problem } from '../../model/problems.ts';

/** A problem as programs read it. */
export interface ProblemRow {
  readonly code: Problem['code'];
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly hint: string | null;
}

export const problemRow = (problem: Problem): ProblemRow => ({
  code: problem.code,
  message: problem.message,
  file: problem.at?.file ?? null,
  line: problem.at?.line ?? null,
  column: problem.at?.column ?? null,
  hint: problem.hint ?? null,
});

const errorsOf = (problems: readonly Problem[]): readonly Problem[] =>
  problems.filter((one) => one.severity === 'error');
const warningsOf = (problems: readonly Problem[]): readonly Problem[] =>
  problems.filter((one) => one.severity === 'warning');

export const errorDocument = (problems: readonly Problem[]): object => ({
  format: 'bough.error/1',
  errors: errorsOf(problems).map(problemRow),
});

/** Kept nodes are listed with `--all` only; the summary counts them either way. */
export const planDocument = ({ document, kept }: PlanAndKept, all: boolean): PlanDocument =>
  all ? document : { ...document, nodes: document.nodes.filter((node) => !kept.has(node.name)) };

export interface PlanAndKept {
  readonly document: PlanDocument;
  readonly kept: ReadonlySet<NodeName>;
}

/** Code that stays behind is no change; data that moves such a node is one. Data that is not taken is none. */
export const hasChanges = ({ document, kept }: PlanAndKept): boolean =>
  document.views !== undefined ||
  document.exports !== undefined ||
  document.grants !== undefined ||
  document.nodes.some(
    ({ name, change, action }) => !kept.has(name) && (change !== 'behind' || action === 'build' || action === 'remove'),
  );

/** The same document, whatever the operation: `bough.apply/1`, `bough.env-delete/1` … `planned`: warnings of its plan. */
export const resultDocument = (command: string, result: OperationResult, planned: readonly Problem[] = []): object => ({
  format: `bough.${command}/1`,
  environment: result.environment,
  revision: result.revision,
  moved: result.moved,
  nodes: result.nodes.map((node) => ({ ...node, build: node.build === null ? null : `bough.${node.build}` })),
  summary: result.summary,
  ...(result.exports === undefined ? {} : { exports: result.exports }),
  ...resultProblems(result, planned),
});

export const resultProblems = ({ problems }: OperationResult, planned: readonly Problem[] = []) => ({
  errors: errorsOf(problems).map(problemRow),
  warnings: warningsOf([...planned, ...problems]).map(problemRow),
});
