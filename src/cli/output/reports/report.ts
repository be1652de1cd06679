import type { Problem } from '../../../model/problems.ts';

/** What other programs are told of problems: each form has a reader of its own. */
export const REPORT_FORMS = ['sarif', 'github', 'gitlab'] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

export interface Reported {
  readonly problems: readonly Problem[];
  /** What the reader of the report calls a file of the project. */
  readonly pathOf: (file: string) => string;
  readonly version: string;
}
