import { ALL_RULES } from '../../../lint/about-rules.ts';
import type { Problem } from '../../../model/problems.ts';
import { fingerprints } from './fingerprint.ts';
import type { Reported } from './report.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Codes in the order in which they come, each once: results name them by their number. */
const codesOf = (problems: readonly Problem[]): readonly string[] => [...new Set(problems.map(({ code }) => code))];

function ruleOf(id: string): object {
  const rule = ALL_RULES.find((one) => one.id === id);
  if (rule === undefined) return { id };
  return {
    id,
    shortDescription: { text: rule.summary },
    fullDescription: { text: `${rule.summary} ${rule.why}` },
    defaultConfiguration: { level: rule.severity },
  };
}

/** A relative reference: what a URI gives another meaning is escaped. */
const uriOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

function placesOf({ at }: Problem, pathOf: Reported['pathOf']): readonly object[] {
  if (at === undefined) return [];
  return [
    {
      physicalLocation: {
        artifactLocation: { uri: uriOf(pathOf(at.file)), uriBaseId: '%SRCROOT%' },
        region: { startLine: at.line, startColumn: at.column },
      },
    },
  ];
}

/** SARIF 2.1.0, which code scanning reads. */
export function sarifReport({ problems, pathOf, version }: Reported): string {
  const codes = codesOf(problems);
  const prints = fingerprints(problems);
  const results = problems.map((problem, index) => ({
    ruleId: problem.code,
    ruleIndex: codes.indexOf(problem.code),
    level: problem.severity,
    message: { text: problem.hint === undefined ? problem.message : `${problem.message} ${problem.hint}` },
    locations: placesOf(problem, pathOf),
    partialFingerprints: { 'bough/v1': prints[index] },
  }));
  const driver = { name: 'bough', version, rules: codes.map(ruleOf) };
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}
