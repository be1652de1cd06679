import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { checkShape } from '../files/shape.ts';
import { readTextAt, startOf } from '../files/text-file.ts';
import { writtenAt } from '../files/written.ts';
import { readYaml, type YamlDocument } from '../files/yaml.ts';
import type { EnvironmentName } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Written } from '../model/references.ts';

const keys = z.record(z.string(), z.json());

/** `profiles.yml` as it is written. */
export const profileSchema = z.strictObject({
  connections: z.record(z.string(), keys).optional(),
  source_defaults: z.record(z.string(), keys).optional(),
});

/** Connections, and what holds for all of a type; variables are still in them. */
export interface Profile {
  /** As people call the file: relative to the project, below `~`, or absolute. */
  readonly file: string;
  /** Moves with every letter of the file. */
  readonly digest: string;
  readonly connections: ReadonlyMap<string, Written>;
  /** By type of service; a connection's own keys win. */
  readonly sourceDefaults: ReadonlyMap<string, Written>;
}

interface Place {
  readonly path: string;
  readonly shown: string;
}

export interface ProfileSearch {
  readonly root: string;
  readonly home: string;
  /** The file to read, absolute; null: the first of the usual places that there is; false: none. */
  readonly wanted: string | null | false;
}

/** The places where a profile is looked for, the first that exists is the one. */
export function profilePlaces(environment: EnvironmentName, { root, home }: ProfileSearch): readonly Place[] {
  const names = [`profiles-${environment}.yml`, 'profiles.yml'];
  return names.flatMap((name) => [
    { path: join(root, name), shown: name },
    { path: join(home, '.bough', name), shown: `~/.bough/${name}` },
  ]);
}

/** Where the file is that `readProfile` called so. */
export const profilePath = (shown: string, { root, home }: Pick<ProfileSearch, 'root' | 'home'>): string =>
  shown.startsWith('~/') ? join(home, shown.slice(2)) : resolve(root, shown);

const exists = ({ path }: Place): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** The profile that an environment uses; null where there is none, and, with the problems added, where it is broken. */
export function readProfile(environment: EnvironmentName, search: ProfileSearch, problems: Problem[]): Profile | null {
  const { wanted, root } = search;
  if (wanted === false) return null;
  const found = profilePlaces(environment, search);
  const place =
    wanted === null
      ? found.find(exists)
      : (found.find(({ path }) => path === wanted) ?? { path: wanted, shown: calledFrom(root, wanted) });
  return place === undefined ? null : readAt(place, problems);
}

/** A path as people would write it in the project; what lies outside is absolute. */
function calledFrom(root: string, path: string): string {
  const within = relative(root, resolve(path));
  return within.startsWith('..') ? path : within.split(sep).join('/');
}

function readAt({ path, shown }: Place, problems: Problem[]): Profile | null {
  const file = readTextAt(path, shown, problems);
  if (file === null) return null;
  const before = problems.length;
  const [document, second] = readYaml(file, problems);
  if (second !== undefined) {
    problems.push(problem('yaml-shape', `\`${shown}\` must be one document.`, { at: second.start }));
  }
  if (document === undefined && problems.length === before) {
    const hint = 'It holds `connections:`, `source_defaults:` or both.';
    problems.push(problem('yaml-shape', `\`${shown}\` is empty.`, { at: startOf(shown), hint }));
  }
  const written = document === undefined ? null : checkShape(document, profileSchema, problems);
  if (written === null || document === undefined) return null;
  return {
    file: shown,
    digest: hash('sha256', file.text),
    connections: entriesOf(document, 'connections', written.connections),
    sourceDefaults: entriesOf(document, 'source_defaults', written.source_defaults),
  };
}

const entriesOf = (
  document: YamlDocument,
  key: string,
  entries: Readonly<Record<string, Json>> = {},
): ReadonlyMap<string, Written> =>
  new Map(Object.entries(entries).map(([name, value]) => [name, writtenAt(document, [key, name], value)]));

/** The profile of a plan, as it is recorded. */
export type ProfileRecord = Pick<Profile, 'file' | 'digest'>;

/** Why a plan that was made with one profile cannot be carried out with another, as a sentence; null where it can. */
export function profileMoved(saved: ProfileRecord | null, now: ProfileRecord | null): string | null {
  const made = `The plan was made with ${saved === null ? 'no profile' : `the profile \`${saved.file}\``}`;
  if (now === null) return saved === null ? null : `${made}, which cannot be read any more.`;
  if (saved?.file !== now.file) return `${made}, and \`${now.file}\` is asked for.`;
  return saved.digest === now.digest ? null : `${made}, which has changed since.`;
}
