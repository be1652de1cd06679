import type { EnvironmentView } from '../../workspace/contract.ts';
import type { EnvironmentName, Instant } from '../../model/ids.ts';
import type { EnvironmentRecord, Revision } from '../../state/contract.ts';

/** `lapsesAt` stands only where something lapses. */
export const environmentsDocument = (
  environments: readonly EnvironmentRecord[],
  lapses: ReadonlyMap<EnvironmentName, Instant>,
): object => ({
  format: 'bough.env-list/1',
  environments: environments.map((one) => ({
    name: one.name,
    base: one.base,
    revision: one.head,
    createdAt: one.createdAt,
    ...(lapses.has(one.name) ? { lapsesAt: lapses.get(one.name) } : {}),
  })),
});

export const environmentDocument = ({ record, revision, nodes }: EnvironmentView): object => ({
  format: 'bough.env-show/1',
  environment: record.name,
  revision: record.head,
  base: revision?.base ?? null,
  ...releasesOf(revision),
  nodes: nodes.map(({ entry, inherited, view }) => ({
    name: entry.node,
    inherited,
    view,
    build: entry.build === null ? null : `bough.${entry.build}`,
  })),
});

/** Left out where no node uses a release. */
const releasesOf = (revision: Revision | null): object =>
  revision === null || revision.releases.length === 0
    ? {}
    : { releases: revision.releases.map(({ selector, tag, commit }) => ({ selector, tag, commit })) };

export const historyDocument = (environment: EnvironmentName, revisions: readonly Revision[]): object => ({
  format: 'bough.env-history/1',
  environment,
  revisions: revisions.map((one) => ({
    revision: one.revision,
    operation: one.operation,
    at: one.at,
    by: one.by,
    from: one.from === null ? null : { environment: one.from.environment, revision: one.from.revision },
    message: one.message,
    kept: one.kept,
    base: one.base,
    standsAt: one.standsAt,
    gone: one.gone,
  })),
});
