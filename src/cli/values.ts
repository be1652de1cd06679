import { InvalidArgumentError } from 'commander';
import { environmentName } from '../model/environment-name.ts';
import type { EnvironmentName } from '../model/ids.ts';
import { problem, UserError } from '../model/problems.ts';
import { parseDuration } from '../project/duration.ts';

/** Readers of single arguments: each returns the value or says what is wrong with it. */
export const environmentValue = (text: string): EnvironmentName => environmentName(text);

export function durationValue(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === null)
    throw new InvalidArgumentError('Write a number and a unit, as in 30s, 2m, 12h or 7d; or 0.');
  return milliseconds;
}

export function revisionValue(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('Write the number of a revision, as `bough env history` lists it.');
  return Number(text);
}

/** An argument that ends in `.json` is a plan file. */
export type Target =
  | { readonly type: 'environment'; readonly name: EnvironmentName }
  | { readonly type: 'file'; readonly path: string };

export const targetValue = (text: string): Target =>
  /\.json$/i.test(text) ? { type: 'file', path: text } : { type: 'environment', name: environmentName(text) };

/** `plan` and `apply` do not guess where work goes. */
export const environmentMissing = (command: string): UserError =>
  new UserError(
    problem('usage', `\`bough ${command}\` needs the name of an environment.`, {
      hint: `bough ${command} dev, for one of your own`,
    }),
  );
