import type { PlanDocument, PlanNode } from '../../model/plan.ts';
import type { Problem } from '../../model/problems.ts';
import { escaped, fitted, type Block } from './markdown.ts';
import { summaryLine, type PlanView } from './plan-text.ts';
import { place } from './problem-text.ts';
import { counted } from './words.ts';

/** GitHub takes 65,536 characters, GitLab a million. */
const MOST = 65_000;

/** By it a pipeline finds the comment that it wrote before. */
const marker = ({ environment }: PlanDocument): string =>
  `<!-- bough plan ${environment.replaceAll(/[^\w./]/g, '_')} -->\n`;

const rowOf = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

function nodeRow({ name, change, category, action, reasons }: PlanNode): string {
  const why = reasons.map(escaped).join('<br>');
  return rowOf(escaped(name), change, category ?? '', action === 'none' ? '' : action, why);
}

function nodesBlock({ document, kept, all }: PlanView): Block {
  const nodes = document.nodes.filter((node) => all || !kept.has(node.name));
  const head = `${rowOf('node', 'change', 'category', 'action', 'why')}|---|---|---|---|---|\n`;
  return { head, rows: nodes.map(nodeRow), rest: (count) => `${counted(count, 'node')} more` };
}

const dataBlock = ({ data }: PlanDocument): Block => ({
  head: `#### Data\n\n${rowOf('source', 'change', 'taken')}|---|---|---|\n`,
  rows: data.map(({ source, change, taken }) => rowOf(escaped(source), escaped(change), taken ? 'yes' : 'no')),
  rest: (count) => `${counted(count, 'source')} more`,
});

function warningRow({ code, message, at, hint }: Problem): string {
  const where = at === undefined ? '' : ` ${escaped(place(at))}:`;
  return `- **${escaped(code)}**${where} ${escaped(message)}${hint === undefined ? '' : ` ${escaped(hint)}`}\n`;
}

const warningsBlock = (warnings: readonly Problem[]): Block => ({
  head: '#### Warnings\n\n',
  rows: warnings.map(warningRow),
  rest: (count) => `${counted(count, 'warning')} more`,
});

const exportsBlock = ({ exports = [] }: PlanDocument): Block => ({
  head: `#### Exports\n\n${rowOf('node', 'mode', 'table', 'in')}|---|---|---|---|\n`,
  rows: exports.map((one) => rowOf(escaped(one.node), one.mode, escaped(one.table), escaped(one.connection))),
  rest: (count) => `${counted(count, 'table')} more`,
});

const notesBlock = (notes: readonly string[]): Block => ({
  head: '#### Notes\n\n',
  rows: notes.map((note) => `- ${escaped(note)}\n`),
  rest: (count) => `${counted(count, 'note')} more`,
});

/** The plan as a comment on a pull request: harmless whatever names and messages hold, and never too long for one. */
export function planMarkdown(view: PlanView): string {
  const { document, warnings } = view;
  const head = `${marker(document)}### Plan for ${escaped(document.environment)}\n\n${escaped(summaryLine(view))}\n`;
  const others = [warningsBlock(warnings), dataBlock(document), exportsBlock(document), notesBlock(document.notes)];
  // Where not all has room, nodes give way first: a plan that is so long is read in a terminal.
  const below = others.map((block) => fitted(block, MOST / 8)).join('');
  return `${head}${fitted(nodesBlock(view), MOST - head.length - below.length)}${below}`;
}
