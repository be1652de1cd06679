import type { OperationResult } from '../../model/plan.ts';
import type { Style } from './style.ts';
import { counted } from './words.ts';

const ORDER = ['built', 'kept', 'reused', 'removed', 'failed'] as const;

/** What an operation came to, in one sentence. */
export function resultText(command: string, result: OperationResult, style: Style): string {
  if (command === 'env-delete' && result.moved) return `${style.bold(`${result.environment} is deleted.`)}\n`;
  const counts = ORDER.filter((action) => result.summary[action] > 0).map(
    (action) => `${result.summary[action]} ${action}`,
  );
  counts.push(...exportedOf(result));
  const tail = counts.length === 0 ? '' : `: ${counts.join(', ')}`;
  return `${style.bold(`${headline(result)}${tail}.`)}\n`;
}

function exportedOf({ exports = [] }: OperationResult): readonly string[] {
  const done = exports.filter(({ action }) => action !== 'failed').length;
  const failed = exports.length - done;
  return [
    ...(done === 0 ? [] : [`${counted(done, 'table')} exported`]),
    ...(failed === 0 ? [] : [`${counted(failed, 'table')} not exported`]),
  ];
}

function headline({ environment, revision, moved, problems, exports = [] }: OperationResult): string {
  if (moved) return `${environment} is at revision ${revision}`;
  if (exports.length > 0) return `${environment} stays at revision ${revision}`;
  const failed = problems.some((problem) => problem.severity === 'error');
  if (!failed) return `Nothing to do, ${environment} stays at revision ${revision}`;
  return revision === 0
    ? `Nothing was published, ${environment} has no revision yet`
    : `Nothing was published, ${environment} stays at revision ${revision}`;
}
