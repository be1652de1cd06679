import type { EnvironmentView } from '../../workspace/contract.ts';
import type { EnvironmentName, Instant } from '../../model/ids.ts';
import { printable } from '../../model/printable.ts';
import type { EnvironmentRecord, Revision } from '../../state/contract.ts';
import type { Style } from './style.ts';
import { tableLines, type TableColumn } from './table.ts';

const left = (head: string): TableColumn => ({ head, align: 'left' });
const right = (head: string): TableColumn => ({ head, align: 'right' });
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
/** Local readers count in their own time; programs get the exact instant with `--json`. */
const minute = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)}Z`;

/** `env list`: what is alive. */
export function environmentsText(
  environments: readonly EnvironmentRecord[],
  base: string,
  lapses: ReadonlyMap<EnvironmentName, Instant>,
  style: Style,
): string {
  if (environments.length === 0)
    return `There is no environment yet. The first one is made by:\n  bough apply ${base}\n`;
  const rows = environments.map((one) => {
    const lapse = lapses.get(one.name);
    const row = [one.name, one.base ?? '', String(one.head), minute(one.createdAt)];
    return lapses.size === 0 ? row : [...row, lapse === undefined ? '' : minute(lapse)];
  });
  const columns = [left('environment'), left('base'), right('revision'), left('created')];
  return text(tableLines(lapses.size === 0 ? columns : [...columns, left('lapses')], rows, style));
}

/** `env history`: newest first, as people look for it. */
export function historyText(revisions: readonly Revision[], style: Style): string {
  const rows = [...revisions]
    .reverse()
    .map((one) => [
      String(one.revision),
      one.operation,
      minute(one.at),
      printable(one.by),
      one.from === null ? '' : `${one.from.environment}@${one.from.revision}`,
      [...remarks(one), printable(one.message ?? '')].filter((part) => part !== '').join('; '),
    ]);
  const columns = [right('revision'), left('operation'), left('at'), left('by'), left('from'), left('message')];
  return text(tableLines(columns, rows, style));
}

function remarks(revision: Revision): readonly string[] {
  const back = revision.standsAt === null ? [] : [`back to revision ${revision.standsAt}`];
  return revision.gone ? [...back, 'collected'] : back;
}

/** `env show`: where every name points. */
export function environmentText({ record, revision, nodes }: EnvironmentView, style: Style): string {
  const point = revision?.base ?? null;
  const origin = point === null ? '' : `, branched from ${point.environment} at revision ${point.revision}`;
  const head = `${style.bold(record.name)} is at revision ${record.head}${origin}\n`;
  const rows = nodes.map(({ entry, inherited, view }) => [
    printable(entry.node),
    inherited ? (record.base ?? 'base') : record.name,
    view ?? '',
    entry.build === null ? '' : `bough.${entry.build}`,
  ]);
  const releases = (revision?.releases ?? []).map(
    ({ selector, tag }) => `release ${printable(tag)}, of ${printable(selector.pattern)}\n`,
  );
  if (rows.length === 0) return `${head}It holds no nodes.\n`;
  return `${head}${releases.join('')}\n${text(tableLines([left('node'), left('from'), left('view'), left('build')], rows, style))}`;
}
