import type { Problem } from '../../../model/problems.ts';
import type { Reported } from './report.ts';

const escapedText = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapedProperty = (text: string): string => escapedText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

function command({ code, severity, message, at, hint }: Problem, pathOf: Reported['pathOf']): string {
  const place = at === undefined ? {} : { file: pathOf(at.file), line: String(at.line), col: String(at.column) };
  const properties = Object.entries({ ...place, title: code })
    .map(([name, value]) => `${name}=${escapedProperty(value)}`)
    .join(',');
  return `::${severity} ${properties}::${escapedText(hint === undefined ? message : `${message}\n${hint}`)}\n`;
}

/** Workflow commands, which GitHub shows beside the lines of a pull request. */
export const githubReport = ({ problems, pathOf }: Reported): string =>
  problems.map((problem) => command(problem, pathOf)).join('');
