import stringWidth from 'string-width';
import type { PlanExport } from '../../model/plan.ts';
import { printable } from '../../model/printable.ts';
import type { Style } from './style.ts';

/** Tables of other databases that are written after the pointers moved; empty where there are none. */
export function exportsText(exports: readonly PlanExport[], style: Style): string {
  if (exports.length === 0) return '';
  const width = Math.max(...exports.map(({ node }) => stringWidth(printable(node))));
  const lines = exports.map(({ node, connection, table, mode }) => {
    const name = printable(node) + ' '.repeat(width - stringWidth(printable(node)));
    return `  ${name}  ${style.cyan(mode)} ${printable(table)} ${style.dim(`in ${printable(connection)}`)}\n`;
  });
  return `${style.bold('exports')}\n${lines.join('')}`;
}
