import type { LineageEdge, LineagePlace } from '../../plan/lineage.ts';
import type { Lineage } from '../../workspace/contract.ts';
import { printable } from '../../model/printable.ts';

export const placeText = ({ node, column }: LineagePlace): string =>
  printable(column === null ? `${node} (rows)` : `${node}.${column}`);

const same = (left: LineagePlace, right: LineagePlace): boolean =>
  left.node === right.node && left.column === right.column;

/** The graph as an indented tree; a place that was shown already ends in `…`. */
export function lineageText({ start, edges }: Lineage, down: boolean): string {
  const near = (edge: LineageEdge): LineagePlace => (down ? edge.from : edge.to);
  const far = (edge: LineageEdge): LineagePlace => (down ? edge.to : edge.from);
  const shown = new Set<string>();
  const lines: string[] = [];
  const roots =
    start.column === null
      ? edges
          .map(near)
          .filter(
            (place, index, all) => place.node === start.node && all.findIndex((one) => same(one, place)) === index,
          )
      : [start];
  const stack = roots.map((place) => ({ place, depth: 0 })).reverse();
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { place, depth } = item;
    const next = edges.filter((edge) => same(near(edge), place)).map(far);
    const text = placeText(place);
    const again = shown.has(text) && next.length > 0;
    lines.push(`${'  '.repeat(depth)}${depth === 0 ? '' : down ? '→ ' : '← '}${text}${again ? ' …' : ''}`);
    if (again) continue;
    shown.add(text);
    stack.push(...next.map((one) => ({ place: one, depth: depth + 1 })).reverse());
  }
  const nothing = down ? 'nothing reads it' : 'it reads nothing of the project';
  return lines.length === 0 || edges.length === 0
    ? `${placeText(start).replace(' (rows)', '')}: ${nothing}\n`
    : `${lines.join('\n')}\n`;
}
