import { masked } from '../../model/masked.ts';
import type { Resolution, ResolvedBinding } from '../../bindings/resolve.ts';
import { printable } from '../../model/printable.ts';
import type { Container } from '../../model/references.ts';
import type { Output } from '../context.ts';
import { problemRow } from './documents.ts';
import type { Style } from './style.ts';
import { recordLines, tableLines, tableWidth } from './table.ts';
import { counted } from './words.ts';

/** `bough resolve`: a row for each reference, a column for each environment; one under the other where that is too wide. */
export function resolutionText(
  { environments, references, bindings }: Resolution,
  style: Style,
  output: Pick<Output, 'isTerminal' | 'columns'>,
): string {
  if (references.length === 0) return 'The project declares no references.\n';
  if (environments.length === 0) return `${counted(references.length, 'reference')}, and no environment is declared.\n`;
  const columns = ['reference', ...environments].map((head) => ({ head, align: 'left' }) as const);
  const rows = references.map((name) => [
    name,
    ...environments.map((environment) => shown(bindings.get(environment)?.get(name))),
  ]);
  const lines = output.isTerminal && tableWidth(columns, rows) > output.columns ? recordLines : tableLines;
  return lines(columns, rows, style)
    .map((line) => `${line}\n`)
    .join('');
}

const NOTHING = '—';

/** In a few words what a reference stands for. */
function shown(resolved: ResolvedBinding | undefined): string {
  if (resolved === undefined) return NOTHING;
  const { bound } = resolved.binding;
  switch (bound.kind) {
    case 'connection':
      return printable(containerText(bound.container));
    case 'release':
      return resolved.release === null
        ? `${NOTHING} (${printable(bound.selector.pattern)})`
        : printable(resolved.release.name);
    case 'image':
      return printable(bound.image);
    case 'value':
      return printable(typeof bound.value === 'string' ? bound.value : JSON.stringify(bound.value));
    case 'secret':
      return printable(`secret ${bound.secret}`);
  }
}

function containerText({ type, host, port, database, path, name }: Container): string {
  const place = host === null ? path : `${host}${port === null ? '' : `:${port}`}`;
  const whole = [place, database].filter((part) => part !== null).join('/');
  return `${type} ${whole === '' ? (name ?? '') : whole}`.trimEnd();
}

/** `bough.resolve/1`. */
export const resolutionDocument = ({ environments, references, bindings, problems }: Resolution): object => ({
  format: 'bough.resolve/1',
  environments: environments.map((name) => ({
    name,
    references: references.flatMap((reference): readonly object[] => {
      const resolved = bindings.get(name)?.get(reference);
      if (resolved === undefined) return [];
      const { binding, release } = resolved;
      const { bound } = binding;
      if (bound.kind !== 'release') return [{ name: reference, ...bound }];
      const { repository, ...selector } = bound.selector;
      const shownSelector = { ...selector, repository: repository === null ? null : masked(repository) };
      const tag = { tag: release?.name ?? null, commit: release?.commit ?? null };
      return [{ name: reference, kind: bound.kind, selector: shownSelector, ...tag }];
    }),
  })),
  errors: problems.filter((one) => one.severity === 'error').map(problemRow),
  warnings: problems.filter((one) => one.severity === 'warning').map(problemRow),
});
