import { problem, UserError } from '../model/problems.ts';
import type { Call } from './context.ts';

/** Refuses `--json` beside another form. `--format json` is `--json`. */
export function refuseTwoForms({ options }: Call, format: string): void {
  if (options.json !== true || format === 'json') return;
  const hint = 'Leave one of them out: --json is --format json.';
  throw new UserError(problem('usage', `--json and --format ${format} are two forms.`, { hint }));
}
