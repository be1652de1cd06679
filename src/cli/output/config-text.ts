import type { ConfigDifference, ConfigView } from '../../bindings/config-values.ts';
import type { Given } from '../../bindings/outside.ts';
import { printable } from '../../model/printable.ts';
import type { Position } from '../../model/problems.ts';
import type { SetBy } from '../../model/references.ts';
import type { Style } from './style.ts';
import { tableLines, type TableColumn } from './table.ts';
import { counted } from './words.ts';

const left = (head: string): TableColumn => ({ head, align: 'left' });

const placeText = ({ file, line, column }: Position): string => `${file}:${line}:${column}`;

/** A place that had a hand in a value; variables are named, what they hold is not said. */
export const setByText = (setBy: SetBy): string =>
  setBy.type === 'file'
    ? placeText(setBy.at)
    : `${setBy.name} ${setBy.at === null ? 'of the process' : `in ${placeText(setBy.at)}`}`;

const valueText = (given: Given | null): string => (given === null ? '—' : printable(JSON.stringify(given.value)));

/** The place that had the last word, what it overrode, and the variables that stand in it. */
function originText(given: Given | null): string {
  const files = (given?.setBy ?? []).filter((one) => one.type === 'file').map(setByText);
  const variables = (given?.setBy ?? []).filter((one) => one.type === 'variable').map(setByText);
  const [last, ...covered] = files.toReversed();
  const over = covered.length === 0 ? '' : `, over ${covered.join(', ')}`;
  return printable(`${last ?? ''}${variables.length === 0 ? '' : ` with ${variables.join(', ')}`}${over}`);
}

export function configText({ environment, values }: ConfigView, style: Style): string {
  if (values.size === 0) return `${environment} has no values: overlays stand in config/<part>/base.yaml.\n`;
  const rows = [...values].map(([name, given]) => [printable(name), valueText(given), originText(given)]);
  return `${tableLines([left('value'), left(environment), left('set by')], rows, style).join('\n')}\n`;
}

export function configDiffText(
  differences: readonly ConfigDifference[],
  one: ConfigView,
  other: ConfigView,
  style: Style,
): string {
  if (differences.length === 0) {
    const same = counted(one.values.size, 'value');
    return `${one.environment} and ${other.environment} agree in all of their values (${same}).\n`;
  }
  const rows = differences.map(({ name, left: mine, right: theirs }) => [
    printable(name),
    valueText(mine),
    valueText(theirs),
    [mine, theirs]
      .map((given) => originText(given).replace(/, over .*$/, ''))
      .filter((text) => text !== '')
      .join(' | '),
  ]);
  const columns = [left('value'), left(one.environment), left(other.environment), left('set by')];
  return `${tableLines(columns, rows, style).join('\n')}\n`;
}
