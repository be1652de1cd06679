import type { EnvironmentName, ReferenceName } from '../model/ids.ts';
import type { Problem } from '../model/problems.ts';
import type { Binding } from '../model/references.ts';
import type { Tag } from './releases.ts';
import { releaseOf } from './resolve-release.ts';
import type { Repository, Tags } from './tags.ts';

/** What a reference stands for in one environment, a release down to its tag. */
export interface ResolvedBinding {
  readonly binding: Binding;
  /** null: it is no release, or none was found. */
  readonly release: Tag | null;
}

/** Every reference of some environments, side by side. */
export interface Resolution {
  readonly environments: readonly EnvironmentName[];
  readonly references: readonly ReferenceName[];
  readonly bindings: ReadonlyMap<EnvironmentName, ReadonlyMap<ReferenceName, ResolvedBinding>>;
  /** Releases that could not be found, and tags that are probably misspelt. */
  readonly problems: readonly Problem[];
}

type Bindings = ReadonlyMap<ReferenceName, Binding>;

/** Resolves what is bound, releases by what `lookUp` says of their repositories. */
export async function resolveBindings(
  references: readonly ReferenceName[],
  bound: ReadonlyMap<EnvironmentName, Bindings>,
  lookUp: (repository: Repository) => Promise<Tags>,
): Promise<Resolution> {
  const problems: Problem[] = [];
  const bindings = await Promise.all(
    [...bound].map(async ([environment, map]) => {
      const all = await Promise.all([...map].map(([, binding]) => resolvedOne(binding, lookUp)));
      problems.push(...all.flatMap((one) => one.problems));
      return [environment, new Map(all.map((one) => [one.binding.reference, one]))] as const;
    }),
  );
  return { environments: [...bound.keys()], references, bindings: new Map(bindings), problems: distinct(problems) };
}

async function resolvedOne(
  binding: Binding,
  lookUp: (repository: Repository) => Promise<Tags>,
): Promise<ResolvedBinding & { readonly problems: readonly Problem[] }> {
  const { bound, at } = binding;
  if (bound.kind !== 'release') return { binding, release: null, problems: [] };
  const tags = await lookUp({ address: bound.selector.repository, at });
  const found = tags.ok ? releaseOf(binding, bound.selector, tags.tags) : { tag: null, problems: [tags.problem] };
  return { binding, release: found.tag, problems: found.problems };
}

/** A repository that cannot be read is one problem, however many ask it. */
const distinct = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((one) => [one.message, one])).values(),
];
