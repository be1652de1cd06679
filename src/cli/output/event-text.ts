import type { Event } from '../../model/events.ts';
import type { ResultExport } from '../../model/plan.ts';
import { printable } from '../../model/printable.ts';
import type { Problem } from '../../model/problems.ts';
import { place } from './problem-text.ts';
import type { Style } from './style.ts';
import { counted, seconds } from './words.ts';

/** What an event says for good, as one line; null where it says nothing once it is over. */
export function eventLine(event: Event, style: Style): string | null {
  switch (event.type) {
    case 'build-started':
    case 'export-started':
    case 'audit-passed':
      return null;
    case 'build-finished':
      return finishedLine(event, style);
    case 'build-awaited':
      return `${style.green('reused')}  ${progress(event)}  ${printable(event.node)}  ${style.dim('built meanwhile')}`;
    case 'build-kept':
      return keptLine(event, style);
    case 'build-failed':
      return `${style.red('failed')}  ${printable(event.node)}  ${brief(event.problem)}`;
    case 'build-skipped':
      return `${style.yellow('skipped')} ${printable(event.node)}  ${style.dim(`${printable(event.because)} failed`)}`;
    case 'audit-failed':
      return `${style.red('audit')}   ${printable(event.node)}  ${brief(event.problem)}`;
    case 'waiting':
      return style.yellow(`waiting for ${printable(event.what)}, held by ${printable(event.holder)}`);
    case 'published':
      return `${style.green('moved')}   ${counted(event.views, 'view')} of ${event.environment}, revision ${event.revision}`;
    case 'recovered':
      return recoveredLine(event, style);
    case 'export-finished':
      return exportLine(event.exported, style);
    case 'collected':
      return event.builds === 0 ? null : style.dim(`freed   ${counted(event.builds, 'build')} that nothing reaches`);
    case 'warned':
      return `${style.yellow('warning')} ${brief(event.problem)}`;
  }
}

function finishedLine(event: Extract<Event, { type: 'build-finished' }>, style: Style): string {
  const rows = event.rows === null ? 'view' : counted(event.rows, 'row');
  return `${style.green('built')}   ${progress(event)}  ${printable(event.node)}  ${rows}  ${style.dim(seconds(event.seconds))}`;
}

function exportLine({ node, table, connection, action, rows, seconds: took }: ResultExport, style: Style): string {
  const where = `${printable(node)}  to ${printable(connection)} ${printable(table)}`;
  if (action === 'failed') return `${style.red('failed')}  ${where}`;
  if (action === 'kept') return `${style.green('kept')}    ${where}  ${style.dim('appended before')}`;
  return `${style.green('export')}  ${where}  ${counted(rows ?? 0, 'row')}  ${style.dim(seconds(took))}`;
}

function keptLine(event: Extract<Event, { type: 'build-kept' }>, style: Style): string {
  const inputs = event.compared.map((name) => printable(name)).join(', ');
  const proof = inputs === '' ? 'its inputs were kept' : `compared ${inputs}`;
  return `${style.green('kept')}    ${progress(event)}  ${printable(event.node)}  same data, kept  ${style.dim(proof)}`;
}

function recoveredLine(event: Extract<Event, { type: 'recovered' }>, style: Style): string {
  const what = event.finished ? 'finished' : 'gave up';
  const where = `revision ${event.revision} of ${event.environment}`;
  return style.yellow(`${what} an operation that had been cut off: ${where}`);
}

/** `2/14`, as wide for the first as for the last. */
function progress({ done, total }: { readonly done: number; readonly total: number }): string {
  return `${String(done).padStart(String(total).length)}/${total}`;
}

/** The whole problem comes when all is over; here only where it is, or what, in short. */
const brief = ({ at, message }: Problem): string =>
  at === undefined ? printable(message.split('\n')[0] ?? '') : place(at);
