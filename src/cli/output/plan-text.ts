import stringWidth from 'string-width';
import type { EnvironmentName, NodeName } from '../../model/ids.ts';
import type { DefinitionDiff, PlanData, PlanDocument, PlanNode } from '../../model/plan.ts';
import { printable } from '../../model/printable.ts';
import type { Problem } from '../../model/problems.ts';
import { diffLines } from './diff-text.ts';
import { hasChanges } from './documents.ts';
import { exportsText } from './exports-text.ts';
import { problemsText, type SourceText } from './problem-text.ts';
import type { Style } from './style.ts';
import { counted } from './words.ts';

export interface PlanView {
  readonly document: PlanDocument;
  readonly diffs: readonly DefinitionDiff[];
  readonly warnings: readonly Problem[];
  readonly kept: ReadonlySet<NodeName>;
  /** Data can still spare some of the builds. */
  readonly atMost: boolean;
  /** Whether the environment does not exist yet. */
  readonly isNew: boolean;
  /** A known name that may have been meant instead. */
  readonly near: EnvironmentName | null;
  /** List kept nodes too. */
  readonly all: boolean;
  readonly showDiffs: boolean;
  /** Command that takes newer data which the plan leaves. */
  readonly takeData: string;
}

const MAX_DIFF_LINES = 40;
/** Diffs of more nodes than this are not read by anyone, and a first apply of a large project has thousands. */
const MAX_DIFFS = 30;

/** The plan for people: a tree of what changes and why, data, warnings, and one summary line. */
export const planText = (view: PlanView, source: SourceText, style: Style): string =>
  `${planBody(view, source, style)}\n${style.bold(summaryLine(view))}\n`;

/** The plan without its last line, for where something else sums it up. */
export function planBody(view: PlanView, source: SourceText, style: Style): string {
  const nodes = view.document.nodes.filter((node) => view.all || !view.kept.has(node.name));
  const exported = exportsText(view.document.exports ?? [], style);
  return [
    tree(view, nodes, style),
    dataText(view, style),
    view.near === null ? '' : `\n${style.yellow(absence(view.document.environment, view.near))}\n`,
    exported === '' ? '' : `\n${exported}`,
    notesText(view.document.notes),
    view.warnings.length === 0 ? '' : `\n${problemsText(view.warnings, source, style)}`,
  ].join('');
}

/** Says that a name is new, and which known one is near. */
export const absence = (environment: EnvironmentName, near: EnvironmentName | null): string =>
  `\`${environment}\` does not exist yet${near === null ? '' : `, but \`${near}\` does`}`;

/** How many nodes are built, reused and removed, in one sentence. */
export function summaryLine({ document, kept, atMost }: PlanView): string {
  const { operation, environment, nodes, summary } = document;
  const behind = nodes.filter((node) => node.change === 'behind').length;
  const stays = `${summary.reuse} reused${behind === 0 ? '' : `, ${behind} behind`}`;
  if (operation === 'delete')
    return `Plan for ${environment}: it is deleted, ${counted(summary.remove, 'node')} to remove.`;
  if (!hasChanges({ document, kept })) return `No changes for ${environment}: ${stays}.`;
  const builds = atMost ? `builds at most ${summary.build}` : `${summary.build} to build`;
  const exports = document.exports === undefined ? '' : `, ${document.exports.length} to export`;
  return `Plan for ${environment}: ${builds}, ${stays}, ${summary.remove} to remove${exports}.`;
}

function headLine({ document, isNew }: PlanView, style: Style): string {
  const base = document.base;
  const origin = base === null ? '' : `, from ${base.environment} at revision ${base.revision}`;
  const stands = isNew ? 'new' : `at revision ${document.revision}`;
  return `${style.bold(document.environment)} ${style.dim(`(${document.operation}; ${stands}${origin})`)}\n`;
}

function tree(view: PlanView, nodes: readonly PlanNode[], style: Style): string {
  const diffs = new Map(view.diffs.map((diff) => [diff.node, diff]));
  const widths = [
    Math.max(0, ...nodes.map((node) => stringWidth(printable(node.name)))),
    Math.max(0, ...nodes.map((node) => node.change.length)),
    Math.max(0, ...nodes.map((node) => node.category?.length ?? 0)),
  ] as const;
  let room = view.showDiffs ? MAX_DIFFS : 0;
  const branches = nodes.map((node, index) => {
    const last = index === nodes.length - 1;
    const diff = room > 0 ? diffs.get(node.name) : undefined;
    if (diff !== undefined) room -= 1;
    const below = [...node.reasons.map(printable), ...(diff === undefined ? [] : shownDiff(diff, style))];
    const stem = last ? '    ' : `${style.dim('│')}   `;
    return [`${style.dim(last ? '└─' : '├─')} ${row(node, widths, style)}`, ...below.map((line) => `${stem}${line}`)];
  });
  const lines = branches.flat().map((line) => `${line.trimEnd()}\n`);
  return `${headLine(view, style)}${lines.join('')}`;
}

const shownDiff = (diff: DefinitionDiff, style: Style): readonly string[] =>
  diff.before === diff.after
    ? []
    : diffLines(diff.before, diff.after, MAX_DIFF_LINES, style).map((line) => `  ${line}`);

function row(node: PlanNode, [name, change, category]: readonly [number, number, number], style: Style): string {
  const { sign, tint } = signOf(node, style);
  const cells = [
    padded(printable(node.name), name),
    node.change.padEnd(change),
    ...(category === 0 ? [] : [(node.category ?? '').padEnd(category)]),
    node.action === 'none' ? '' : node.action,
    ...(node.rows === undefined ? [] : [`about ${counted(node.rows, 'row')}`]),
  ];
  return `${tint(style.bold(sign))} ${tint(cells[0] ?? '')}  ${cells.slice(1).join('  ')}`;
}

function signOf(node: PlanNode, style: Style): { readonly sign: string; readonly tint: (text: string) => string } {
  switch (node.change) {
    case 'added':
      return { sign: '+', tint: style.green };
    case 'removed':
      return { sign: '-', tint: style.red };
    case 'modified':
      return { sign: '~', tint: style.yellow };
    case 'indirect':
      return { sign: '>', tint: style.yellow };
    case 'behind':
      return { sign: '<', tint: style.dim };
    case 'unchanged':
      return node.action === 'build' ? { sign: '*', tint: style.cyan } : { sign: '=', tint: style.dim };
  }
}

const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - stringWidth(text)));

function dataText({ document, takeData }: PlanView, style: Style): string {
  if (document.data.length === 0) return '';
  const width = Math.max(...document.data.map((one) => stringWidth(printable(one.source))));
  const lines = document.data.map(
    (one) => `  ${padded(printable(one.source), width)}  ${dataRow(one, takeData, style)}\n`,
  );
  return `\n${style.bold('data')}\n${lines.join('')}`;
}

const notesText = (notes: readonly string[]): string =>
  notes.length === 0 ? '' : `\n${notes.map((note) => `${printable(note)}\n`).join('')}`;

const dataRow = (one: PlanData, takeData: string, style: Style): string =>
  one.taken
    ? `${printable(one.change)}, ${style.cyan('taken')}`
    : `${printable(one.change)}, ${style.yellow('not taken')} ${style.dim(`(${takeData} takes it)`)}`;

/** What stands below a plan that somebody may now carry out. */
export const nextText = (command: string, style: Style): string => `Next:\n  ${style.bold(command)}\n`;
