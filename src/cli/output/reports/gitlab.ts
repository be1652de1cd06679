import type { Reported } from './report.ts';
import { fingerprints } from './fingerprint.ts';

const SEVERITIES = { error: 'major', warning: 'minor' } as const;

/** GitLab's Code Quality report. A problem without a place is shown at the top of `bough.yml`. */
export function gitlabReport({ problems, pathOf }: Reported): string {
  const prints = fingerprints(problems);
  const issues = problems.map(({ code, severity, message, at, hint }, index) => ({
    description: hint === undefined ? message : `${message} ${hint}`,
    check_name: code,
    fingerprint: prints[index],
    severity: SEVERITIES[severity],
    location: { path: pathOf(at?.file ?? 'bough.yml'), lines: { begin: at?.line ?? 1 } },
  }));
  return `${JSON.stringify(issues, null, 2)}\n`;
}
