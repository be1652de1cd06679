import { githubReport } from './github.ts';
import { gitlabReport } from './gitlab.ts';
import type { Reported, ReportForm } from './report.ts';
import { sarifReport } from './sarif.ts';

const REPORTS: Readonly<Record<ReportForm, (reported: Reported) => string>> = {
  sarif: sarifReport,
  github: githubReport,
  gitlab: gitlabReport,
};

/** Problems in the words of another program. */
export const reportText = (form: ReportForm, reported: Reported): string => REPORTS[form](reported);
