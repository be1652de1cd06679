import type { Failure } from './prover.ts';
import type { Shrunk } from './shrink.ts';
import type { Page } from './story.ts';
import type { Precision, Totals } from './tally.ts';

const sum = (
  left: Readonly<Record<string, number>>,
  right: Readonly<Record<string, number>>,
): Record<string, number> => {
  const total = { ...left };
  for (const [key, count] of Object.entries(right)) total[key] = (total[key] ?? 0) + count;
  return total;
};

const both = (left: Precision, right: Precision): Precision => ({
  below: left.below + right.below,
  reused: left.reused + right.reused,
  same: left.same + right.same,
});

export const NOTHING: Totals = {
  edits: {},
  imprecise: {},
  findings: {},
  constructs: {},
  nodes: {},
  precision: { code: { below: 0, reused: 0, same: 0 }, data: { below: 0, reused: 0, same: 0 } },
  broken: 0,
  discards: { models: [0, 0], edits: [0, 0] },
};

export const added = (left: Totals, right: Totals): Totals => ({
  edits: sum(left.edits, right.edits),
  imprecise: sum(left.imprecise, right.imprecise),
  findings: sum(left.findings, right.findings),
  constructs: sum(left.constructs, right.constructs),
  nodes: sum(left.nodes, right.nodes),
  precision: {
    code: both(left.precision.code, right.precision.code),
    data: both(left.precision.data, right.precision.data),
  },
  broken: left.broken + right.broken,
  discards: {
    models: [left.discards.models[0] + right.discards.models[0], left.discards.models[1] + right.discards.models[1]],
    edits: [left.discards.edits[0] + right.discards.edits[0], left.discards.edits[1] + right.discards.edits[1]],
  },
});

export const countOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, left], [, right]) => right - left)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

const precisionText = (of: string, { below, reused, same }: Precision): string =>
  `below ${of}: ${below} nodes; reused ${reused} (${share(reused, below)}), with the same data before and after ${same} (${share(same, below)})`;

/** What a run says at its end. */
export function reportOf(
  totals: Totals,
  { seconds, processor }: { readonly seconds: number; readonly processor: number },
  seed: number,
): string {
  const edits = countOf(totals.edits);
  const { models, edits: refused } = totals.discards;
  const grave = Object.entries(totals.findings).filter(([type]) => type !== 'imprecise');
  return [
    `seed ${seed}: ${edits} edits in ${seconds.toFixed(1)} s, ${((1000 * processor) / Math.max(1, edits)).toFixed(1)} ms of processor time each: ${listed(totals.edits)}`,
    `the engine refused ${share(models[1], models[0])} of the drafted models; ${share(refused[1], refused[0])} of the drafted edits were refused and left out`,
    precisionText('a change of code', totals.precision.code),
    precisionText('new data', totals.precision.data),
    `models written with: ${listed(totals.constructs)}`,
    `nodes: ${listed(totals.nodes)}`,
    `built though nothing was meant: ${countOf(totals.imprecise) === 0 ? 'none' : listed(totals.imprecise)}`,
    `projects that broke the engine itself and were left there: ${totals.broken}`,
    `wrong: ${grave.length === 0 ? 'none' : listed(Object.fromEntries(grave))}`,
  ].join('\n');
}

const changedFiles = (before: Page | undefined, page: Page): string =>
  Object.entries(page.files)
    .filter(([path, text]) => path !== 'bough.yml' && before?.files[path] !== text)
    .map(([path, text]) => `${path}:\n  ${text.trim().replaceAll('\n', '\n  ')}`)
    .join('\n');

function doneIn({ operation, expect, later, touched }: Page): string {
  const from = operation.type === 'promote' ? `${operation.from} to ` : '';
  const flags =
    operation.type === 'apply'
      ? `${operation.refresh ? ' --refresh' : ''}${operation.takeBack ? ' --take-back' : ''}`
      : '';
  const before = `${later === true ? 'a day later, ' : ''}${touched === true ? 'data delivered again, ' : ''}`;
  return `${before}${operation.type} ${from}${operation.environment}${flags} (${expect})`;
}

/** A failing story for a person: each page's files where they differ from the page before. */
export function failureText(failure: Failure, shrunk: Shrunk | null): string {
  const { seed, step, finding } = failure;
  const [run, part] = seed.split(':');
  const head = `${finding.type} after "${step}": npm run prove -- --seed ${run} --part ${part}`;
  if (shrunk === null) return `${head}\n(does not fail when it is played alone)\n${finding.text}\n`;
  const pages = shrunk.pages.map(
    (page, index) => `--- ${doneIn(page)}\n${changedFiles(shrunk.pages[index - 1], page)}`,
  );
  return `${head}\n${shrunk.finding.text}\n${pages.join('\n')}\n`;
}
