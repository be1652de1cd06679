import type { ForeignOrigin, SourceNode } from '../../model/node.ts';
import { nearestName } from '../../model/nearest.ts';
import { problem, UserError } from '../../model/problems.ts';
import { quotedTable } from '../../postgres/table-name.ts';
import type { Wire } from '../../postgres/wire.ts';
import { columnAt, type ForeignRows } from '../contract.ts';
import type { Named } from '../../postgres/refused.ts';
import { isUndefinedTable, unreadable } from './failures.ts';
import type { Snapshot } from './snapshot.ts';
import { foreignColumns, tableNames } from './types.ts';
import { tokenOf } from './version.ts';

export type ForeignSource = SourceNode & { readonly origin: ForeignOrigin };

/** The query that gives a source's rows, and where the user's own starts in it. */
interface Select {
  readonly text: string;
  readonly start: number;
}

function selectOf({ name, origin, at }: ForeignSource): Select {
  const before = 'SELECT * FROM (\n';
  if (origin.query !== null)
    return { text: `${before}${origin.query.text.replace(/[;\s]+$/, '')}\n) AS query`, start: before.length };
  const table = quotedTable(origin.table ?? '');
  if (table !== null) return { text: `SELECT * FROM ${table}`, start: 0 };
  const hint = 'Write it as `schema.name`, in double quotes what is not lower case: `table: \'sales."Orders"\'`.';
  throw new UserError(
    problem('source-missing', `\`${name}\`: \`${origin.table}\` is not the name of a table.`, { at, hint }),
  );
}

/** Looks at what a source holds in a snapshot. Throws UserError. */
export async function look(
  source: ForeignSource,
  snapshot: Snapshot,
  named: Named,
  signal: AbortSignal,
): Promise<ForeignRows> {
  const select = selectOf(source);
  let sent: Select | null = select;
  try {
    return await snapshot.use(async (wire) => {
      const columns = await foreignColumns(wire, await wire.describe(select.text));
      if (columns.length === 0) throw noColumns(source);
      const { place, version: server } = snapshot;
      sent = null;
      const { version } = source.origin;
      const token = await tokenOf(wire, { select: select.text, columns, version, place, server });
      return {
        type: 'postgres',
        columns,
        token,
        version: server,
        copy: (values, options, stop) => copy({ source, snapshot, named, select, values, options, stop }),
      };
    }, signal);
  } catch (raw) {
    const near = isUndefinedTable(raw) ? await nearest(source, snapshot, signal) : null;
    throw unreadable(raw, { source, named, sent, near });
  }
}

const noColumns = ({ name, at }: ForeignSource): UserError =>
  new UserError(problem('source-columns', `\`${name}\` has no columns.`, { at }));

async function nearest({ origin }: ForeignSource, snapshot: Snapshot, signal: AbortSignal): Promise<string | null> {
  const written = origin.table;
  if (written === null) return null;
  const dotted = written.includes('.');
  const near = (wire: Wire): Promise<readonly string[]> => tableNames(wire, dotted ? null : 'public');
  const names = await snapshot.use(near, signal).catch(() => []);
  return nearestName(dotted ? written : `public.${written}`, names);
}

interface Copying {
  readonly source: ForeignSource;
  readonly snapshot: Snapshot;
  readonly named: Named;
  readonly select: Select;
  readonly values: readonly string[];
  readonly options: string;
  readonly stop: AbortSignal;
}

async function* copy({ source, snapshot, named, select, values, options, stop }: Copying): AsyncGenerator<Uint8Array> {
  const before = `COPY (SELECT ${values.join(', ')} FROM (`;
  const names = values.map((_, index) => columnAt(index)).join(', ');
  const statement = `${before}${select.text}) AS r (${names})) TO STDOUT (${options})`;
  try {
    yield* snapshot.copy(statement, stop);
  } catch (raw) {
    if (stop.aborted) throw raw;
    throw unreadable(raw, {
      source,
      named,
      sent: { text: statement, start: before.length + select.start },
      near: null,
    });
  }
}
