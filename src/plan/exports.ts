import { canonicalize } from 'json-canonicalize';
import type { Export } from '../model/export.ts';
import { asNodeName, type BuildId, type EnvironmentName, type NodeName } from '../model/ids.ts';
import type { Naming } from '../model/naming.ts';
import type { Node } from '../model/node.ts';
import type { PlanExport } from '../model/plan.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Container } from '../model/references.ts';
import type { ExportRecord, StateReader } from '../state/contract.ts';
import type { PlanCore, Step } from './core.ts';
import { viewName, type NamedEnvironment, type ViewName } from './names.ts';

/** PostgreSQL's longest name, and no target's is shorter. */
const MAX_IDENTIFIER = 63;

/** A table that an environment is to write. */
export interface Wanted {
  readonly node: NodeName;
  readonly export: Export;
  readonly container: Container;
  readonly table: ViewName;
  /** Which table of which database: equal for one and the same. */
  readonly place: string;
  /** How it is written: mode and key. */
  readonly manner: string;
}

export interface Exporting {
  readonly naming: Naming;
  /** What tells one database from another; null where nothing can be exported to such a container. */
  readonly placeOf: (container: Container) => string | null;
  /** Types of containers to which something can. */
  readonly types: readonly string[];
}

export interface Found {
  readonly wanted: readonly Wanted[];
  readonly problems: readonly Problem[];
}

const NONE: ReadonlyMap<NodeName, Node> = new Map();

/** Nodes that the environment itself will say something of: a branch exports what differs from its branch point. */
export function ownNodes(core: PlanCore, restored: ReadonlyMap<NodeName, Node> = NONE): readonly Node[] {
  const isOwn = ({ write, before }: Step): boolean =>
    write === 'entry' || (write === 'nothing' && before?.own === true && !(core.creates && core.base !== null));
  if (core.operation === 'delete') return [];
  return core.steps.filter(isOwn).flatMap((step) => step.target?.node ?? restored.get(step.name) ?? []);
}

/** The tables that nodes of an environment are exported to; what is wrong with them stands among the problems. */
export function wantedExports(nodes: Iterable<Node>, environment: NamedEnvironment, exporting: Exporting): Found {
  const problems: Problem[] = [];
  const wanted = new Map<string, Wanted>();
  for (const node of nodes) {
    const one = node.kind === 'model' ? wantedOf(node.name, node.export, environment, exporting, problems) : null;
    if (one === null) continue;
    const other = wanted.get(one.place);
    if (other === undefined) wanted.set(one.place, one);
    else problems.push(twice(one, `\`${other.node}\``));
  }
  return { wanted: [...wanted.values()].sort((a, b) => (a.node < b.node ? -1 : 1)), problems };
}

function wantedOf(
  node: NodeName,
  written: Export | undefined,
  environment: NamedEnvironment,
  { naming, placeOf, types }: Exporting,
  problems: Problem[],
): Wanted | null {
  if (written === undefined || written.container === null) return null;
  const { schema, name } = written.table;
  const table = viewName(asNodeName(`${schema}.${name}`), environment, naming, MAX_IDENTIFIER);
  // A schema that all environments share is written by a root alone.
  if (table === null) return null;
  const { container, mode, key } = written;
  const database = placeOf(container);
  if (database === null) {
    const hint = `There is: ${types.join(', ')}.`;
    const message = `Rows cannot be exported to ${container.type} yet.`;
    problems.push(problem('connection-unsupported', message, { at: written.at, hint }));
    return null;
  }
  const place = canonicalize([database, table.schema, table.name]);
  return { node, export: written, container, table, place, manner: canonicalize({ mode, key }) };
}

const shown = ({ table }: Wanted): string => `${table.schema}.${table.name}`;

const twice = (one: Wanted, whose: string): Problem =>
  problem('export-duplicate', `\`${one.node}\` is exported to \`${shown(one)}\`, which ${whose} is exported to, too.`, {
    at: one.export.at,
    hint: 'Give each a table of its own.',
  });

/** Tables that another environment, or another node that is still exported, has written. */
export async function takenExports(
  wanted: readonly Wanted[],
  { name }: NamedEnvironment,
  state: StateReader,
): Promise<readonly Problem[]> {
  if (wanted.length === 0) return [];
  const nodes = new Set(wanted.map(({ node }) => node));
  const known = new Map(wanted.map((one) => [one.place, one]));
  return (await state.exportsAt([...known.keys()])).flatMap((record) => {
    const one = known.get(record.place);
    if (one === undefined || (record.environment === name && record.node === one.node)) return [];
    if (record.environment === name && !nodes.has(record.node)) return [];
    return [twice(one, `\`${record.node}\` of \`${record.environment}\``)];
  });
}

export type Records = ReadonlyMap<NodeName, ExportRecord>;

export const recordsOf = async (state: StateReader, { name }: NamedEnvironment): Promise<Records> =>
  new Map((await state.exportsOf(name)).map((record) => [record.node, record]));

/** What environments that are looked at side by side would both write. */
export function clashes(
  sides: readonly { readonly environment: EnvironmentName; readonly wanted: readonly Wanted[] }[],
): readonly Problem[] {
  const seen = new Map<string, { readonly environment: EnvironmentName; readonly node: NodeName }>();
  return sides.flatMap(({ environment, wanted }) =>
    wanted.flatMap((one) => {
      const other = seen.get(one.place);
      if (other === undefined) seen.set(one.place, { environment, node: one.node });
      return other === undefined ? [] : [twice(one, `\`${other.node}\` of \`${other.environment}\``)];
    }),
  );
}

/** Tables that were written, and that nothing is exported to any more. */
export function leftTables(wanted: readonly Wanted[], records: Records): readonly ExportRecord[] {
  const nodes = new Set(wanted.map(({ node }) => node));
  return [...records.values()].filter(({ node }) => !nodes.has(node));
}

/** What becomes of them. */
export const leftNotes = (left: readonly ExportRecord[]): readonly string[] =>
  left.map(({ node, place }) => `${node} is exported no more: its table ${tableIn(place)} stays as it is`);

const tableIn = (place: string): string => {
  const [, ...names]: readonly string[] = JSON.parse(place);
  return names.join('.');
};

/** Whether the table holds something else than the build; a build that is still to be made is another one. */
export function isDue({ node, place, manner }: Wanted, build: BuildId | null, records: Records): boolean {
  const last = records.get(node);
  return last === undefined || last.build !== build || last.place !== place || last.manner !== manner;
}

/** What a plan exports, as users see it: at most, for a build that is kept is not exported again. */
export function plannedExports(core: PlanCore, wanted: readonly Wanted[], records: Records): readonly PlanExport[] {
  const builds = new Map(
    core.steps.map((step) => [step.name, step.target?.build ?? step.restored?.build ?? null] as const),
  );
  return wanted.filter((one) => isDue(one, builds.get(one.node) ?? null, records)).map(exportRow);
}

export const exportRow = (one: Wanted): PlanExport => ({
  node: one.node,
  connection: one.container.name ?? one.container.database ?? one.container.type,
  table: shown(one),
  mode: one.export.mode,
});

/** What a rollback cannot take back. */
export const appendNotes = (core: PlanCore, exports: readonly PlanExport[]): readonly string[] =>
  core.operation !== 'rollback'
    ? []
    : exports
        .filter(({ mode }) => mode === 'append')
        .map(({ node, table }) => `rows of ${node} that were appended to ${table} stay there`);
