import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { printable } from '../model/printable.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';
import { masked } from '../model/masked.ts';
import { git, type GitAnswer, type GitOptions } from './git.ts';
import type { Tag } from './releases.ts';

/** How long a repository may take to answer. */
const PATIENCE = 30_000;

export type Tags =
  | { readonly ok: true; readonly tags: readonly Tag[] }
  | { readonly ok: false; readonly problem: Problem };

/** Where tags are looked up. */
export interface Repository {
  /** A URL, `user@host:path`, or a path: absolute, or relative to the project with a `/` in it. null is the project's own. */
  readonly address: string | null;
  /** Where the project says so. */
  readonly at: Position;
}

export type TagOptions = Omit<GitOptions, 'timeout' | 'cwd'> & { readonly root: string; readonly timeout?: number };

/** The tags of a repository, asked of git itself. Nothing is fetched, nothing prompts. */
export async function tagsOf({ address, at }: Repository, options: TagOptions): Promise<Tags> {
  const shown = address === null ? "the project's own repository" : `\`${printable(masked(address))}\``;
  const refused = (message: string, hint: string): Tags => ({
    ok: false,
    problem: problem('release-repository', message, { at, hint }),
  });
  const { env, root, signal, timeout = PATIENCE } = options;
  const common = { cwd: root, env, timeout, ...(signal === undefined ? {} : { signal }) };
  const asked = commandFor(address, root);
  if (asked.type === 'nowhere')
    return refused(
      `${shown} is neither the URL of a repository nor a path.`,
      'A URL has `://` or `user@host:`; a path has a slash, as in `./name`.',
    );
  if (asked.type === 'missing') return refused(`There is no folder ${shown}.`, 'A path is relative to the project.');
  const answer = await git(asked.args, common);
  if (answer.type === 'done') return { ok: true, tags: parseTags(answer.output) };
  // What lists the tags at hand says by this that there are none.
  if (address === null && answer.type === 'failed' && answer.exit === 1) return { ok: true, tags: [] };
  return refused(...failure(answer, shown, timeout));
}

type Asked =
  | { readonly type: 'command'; readonly args: readonly string[] }
  | { readonly type: 'nowhere' }
  | { readonly type: 'missing' };

function commandFor(address: string | null, root: string): Asked {
  if (address === null) return { type: 'command', args: ['show-ref', '--tags', '--dereference'] };
  const place = placeOf(address, root);
  if (place === null) return { type: 'nowhere' };
  if (place.type === 'path' && statSync(place.path, { throwIfNoEntry: false })?.isDirectory() !== true)
    return { type: 'missing' };
  return { type: 'command', args: ['ls-remote', '--tags', '--', place.type === 'path' ? place.path : address] };
}

function failure(answer: Exclude<GitAnswer, { type: 'done' }>, shown: string, timeout: number): [string, string] {
  switch (answer.type) {
    case 'absent':
      return ['`git` is not installed, and releases are looked up by it.', 'Install git, and try again.'];
    case 'late':
      return [
        `${shown} did not answer within ${timeout / 1000} seconds.`,
        'Is it reachable from here? Bough asks it with `git ls-remote --tags`.',
      ];
    case 'failed':
      return [
        `The tags of ${shown} cannot be read: ${printable(answer.message)}.`,
        'Try `git ls-remote --tags` with this address; Bough never asks for a password.',
      ];
  }
}

/** Whether a repository can be asked without a network. */
export const isAtHand = (address: string | null, root: string): boolean =>
  address === null || placeOf(address, root)?.type === 'path';

type Place = { readonly type: 'url' } | { readonly type: 'path'; readonly path: string };

/** A bare name would mean a remote of whatever repository the command runs in. */
function placeOf(address: string, root: string): Place | null {
  if (address.startsWith('-')) return null;
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(address) || /^[^/\s]+@[^/\s:]+:/.test(address)) return { type: 'url' };
  if (address.startsWith('~/')) return { type: 'path', path: join(homedir(), address.slice(2)) };
  const isPath = address === '.' || address === '..' || /[/\\]/.test(address);
  return isPath && !address.includes('::') ? { type: 'path', path: resolve(root, address) } : null;
}

/** Asks each repository once. */
export function tagsOnce(options: TagOptions): (repository: Repository) => Promise<Tags> {
  const asked = new Map<string | null, Promise<Tags>>();
  return (repository) => {
    const known = asked.get(repository.address) ?? tagsOf(repository, options);
    asked.set(repository.address, known);
    return known;
  };
}

/** Lines of `ls-remote` or `show-ref`; what an annotated tag points at in the end stands behind its name with `^{}`. */
export function parseTags(output: string): readonly Tag[] {
  const commits = new Map<string, string>();
  for (const line of output.split('\n')) {
    const found = /^([0-9a-f]{40,64})\srefs\/tags\/(.+?)(\^\{\})?$/.exec(line);
    const [, commit, name, peeled] = found ?? [];
    if (commit === undefined || name === undefined) continue;
    if (peeled !== undefined || !commits.has(name)) commits.set(name, commit);
  }
  return [...commits].map(([name, commit]) => ({ name, commit }));
}
