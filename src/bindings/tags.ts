import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { printable } from '../model/printable.ts';
import { problem, type Position, type Problem } from '../model/problems.ts';
import { git, masked, type GitAnswer, type GitOptions } from './git.ts';
import type { Tag } from './releases.ts';

/** How long a repository may take to answer. */
const PATIENCE = 30_000;

export type Tags =
  | { readonly ok: true; readonly tags: readonly Tag[] }
  | { readonly ok: false; readonly problem: Problem };

/** Where tags are looked up. */
export interface Repository {
  /** A URL, `user@host:path`, or a path: absolute, or relative to the project with a `/` in it. */
  readonly address: string;
  /** Where the project says so. */
  readonly at: Position;
}

export type TagOptions = Omit<GitOptions, 'timeout' | 'cwd'> & { readonly root: string; readonly timeout?: number };

/** The tags of a repository, asked of git itself. Nothing is fetched, nothing prompts. */
export async function tagsOf({ address, at }: Repository, options: TagOptions): Promise<Tags> {
  const shown = printable(masked(address));
  const refused = (message: string, hint: string): Tags => ({
    ok: false,
    problem: problem('release-repository', message, { at, hint }),
  });
  const place = placeOf(address, options.root);
  if (place === null) {
    return refused(
      `\`${shown}\` is neither the URL of a repository nor a path.`,
      `A URL has \`://\` or \`user@host:\`; a path has a slash, as in \`./${shown}\`.`,
    );
  }
  if (place.type === 'path' && statSync(place.path, { throwIfNoEntry: false })?.isDirectory() !== true)
    return refused(`There is no folder \`${shown}\`.`, 'A path is relative to the project.');
  const { env, root, signal, timeout = PATIENCE } = options;
  const target = place.type === 'path' ? place.path : address;
  const common = { cwd: root, env, timeout, ...(signal === undefined ? {} : { signal }) };
  const answer = await git(['ls-remote', '--tags', '--', target], common);
  if (answer.type === 'done') return { ok: true, tags: parseTags(answer.output) };
  return refused(...failure(answer, shown, timeout));
}

function failure(answer: Exclude<GitAnswer, { type: 'done' }>, shown: string, timeout: number): [string, string] {
  switch (answer.type) {
    case 'absent':
      return ['`git` is not installed, and releases are looked up by it.', 'Install git, and try again.'];
    case 'late':
      return [
        `\`${shown}\` did not answer within ${timeout / 1000} seconds.`,
        'Is it reachable from here? Bough asks it with `git ls-remote --tags`.',
      ];
    case 'failed':
      return [
        `The tags of \`${shown}\` cannot be read: ${printable(answer.message)}.`,
        'Try `git ls-remote --tags` with this address; Bough never asks for a password.',
      ];
  }
}

type Place = { readonly type: 'url' } | { readonly type: 'path'; readonly path: string };

/** A bare name would mean a remote of whatever repository the command runs in. */
function placeOf(address: string, root: string): Place | null {
  if (address.startsWith('-')) return null;
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(address) || /^[^/\s]+@[^/\s:]+:/.test(address)) return { type: 'url' };
  if (address.startsWith('~/')) return { type: 'path', path: join(homedir(), address.slice(2)) };
  const isPath = address === '.' || address === '..' || /[/\\]/.test(address);
  return isPath && !address.includes('::') ? { type: 'path', path: resolve(root, address) } : null;
}

/** Lines of `ls-remote --tags`; what an annotated tag points at in the end stands behind its name with `^{}`. */
export function parseTags(output: string): readonly Tag[] {
  const commits = new Map<string, string>();
  for (const line of output.split('\n')) {
    const found = /^([0-9a-f]{40,64})\trefs\/tags\/(.+?)(\^\{\})?$/.exec(line);
    const [, commit, name, peeled] = found ?? [];
    if (commit === undefined || name === undefined) continue;
    if (peeled !== undefined || !commits.has(name)) commits.set(name, commit);
  }
  return [...commits].map(([name, commit]) => ({ name, commit }));
}
