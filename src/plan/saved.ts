import { readFileSync, statSync } from 'node:fs';
import { problem, UserError } from '../model/problems.ts';
import type { PlanDocument } from '../model/plan.ts';
import { isIntact } from './document.ts';

const FORMAT = 'bough.plan/1';

const unreadable = (path: string, why: string): UserError =>
  new UserError(
    problem('plan-unreadable', `\`${path}\` is not a plan that this Bough can read: ${why}.`, {
      hint: 'Make one:\n  bough plan ENV -o plan.json',
    }),
  );

/** A document whose hash is right was written by Bough, whose writer has this type. */
const isPlan = (document: object): document is PlanDocument =>
  'hash' in document && 'facts' in document && 'nodes' in document && isIntact(document as PlanDocument);

function parsed(path: string): unknown {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) throw unreadable(path, 'there is no such file');
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(path, 'it is not JSON, or not all of it');
  }
}

/** Reads a saved plan. Throws UserError `plan-unreadable`, or `plan-edited` where its hash does not fit. */
export function readPlanFile(path: string): PlanDocument {
  const document = parsed(path);
  if (typeof document !== 'object' || document === null || !('format' in document))
    throw unreadable(path, 'it has no format');
  if (document.format !== FORMAT)
    throw unreadable(path, `its format is \`${String(document.format)}\`, not \`${FORMAT}\``);
  if (isPlan(document)) {
    if (document.operation === 'apply') return document;
    throw unreadable(path, `it is the plan of ${document.operation}`);
  }
  throw new UserError(
    problem('plan-edited', `\`${path}\` was changed after Bough wrote it.`, {
      hint: 'Plan again; plans are not edited by hand.',
    }),
  );
}
