import { canonicalize } from 'json-canonicalize';
import { EngineError, type Session, type Sql } from '../engines/contract.ts';
import { keyOf } from '../identity/hash.ts';
import type { BuildId, Key, NodeName } from '../model/ids.ts';
import type { JsonScalar } from '../model/json.ts';
import type { Audit } from '../model/node.ts';
import { positionIn } from '../model/position.ts';
import { problem, warning, type Problem } from '../model/problems.ts';
import type { Relation } from '../plan/choose.ts';
import type { PlanCore, Target } from '../plan/core.ts';
import type { BoundSql } from '../plan/graph.ts';
import type { Applying } from './applying.ts';
import { physical, relationSql } from './statement.ts';
import type { Warehouse } from './warehouse.ts';

type Relations = ReadonlyMap<NodeName, Relation | null>;

interface Check {
  readonly target: Target;
  readonly audit: Audit;
  readonly bound: BoundSql | null;
  /** Over all that the audit reads; null where it reads something that is not pinned: it always runs. */
  readonly key: Key | null;
}

const isBuild = (relation: Relation | null | undefined): relation is { readonly build: BuildId } =>
  relation !== null && relation !== undefined && 'build' in relation;

function keyFor(
  target: Target,
  audit: Audit,
  bound: BoundSql | null,
  core: PlanCore,
  relations: Relations,
): Key | null {
  const names = [target.node.name, ...(bound?.inputs ?? [])];
  const read = names.map((name) => relations.get(name));
  const live = names.some((name) => core.facts.sources.get(name)?.live === true);
  if (live || !read.every(isBuild)) return null;
  const { at: _at, ...shape } = audit;
  const clocks = bound?.callsClock === true ? core.facts.clock : null;
  const content = bound === null ? canonicalize(shape) : bound.outline.digest;
  const builds = read.filter(isBuild).map((relation) => relation.build);
  return keyOf('audit', audit.type, audit.severity, content, clocks, builds);
}

function checksOf(core: PlanCore, relations: Relations): readonly Check[] {
  return core.steps.flatMap(({ target }) =>
    (target?.node.audits ?? []).flatMap((audit, index): readonly Check[] => {
      if (target === null) return [];
      const bound = target.graphNode.audits.get(index) ?? null;
      if (audit.type === 'sql' && bound === null) throw new Error(`an audit of ${target.node.name} was not read`);
      return [{ target, audit, bound, key: keyFor(target, audit, bound, core, relations) }];
    }),
  );
}

const literal = (value: JsonScalar): Sql => {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value).toUpperCase();
};

/** A query of one row and one column: how many rows break the audit's rule. */
function countQuery(check: Check, core: PlanCore, relations: Relations, applying: Applying): Sql {
  const { audit, bound, target } = check;
  const { engine } = applying;
  const relation = relations.get(target.node.name);
  if (relation === undefined || relation === null) throw new Error(`${target.node.name} has no relation to audit`);
  const table = relationSql(engine, relation);
  const quote = (name: string): Sql => engine.quoteIdentifier(name);
  switch (audit.type) {
    case 'not_null':
      return `SELECT count(*) FROM ${table} WHERE ${audit.columns.map((name) => `${quote(name)} IS NULL`).join(' OR ')}`;
    case 'unique': {
      const columns = audit.columns.map(quote).join(', ');
      const present = audit.columns.map((name) => `${quote(name)} IS NOT NULL`).join(' AND ');
      return `SELECT count(*) FROM (SELECT ${columns} FROM ${table} WHERE ${present} GROUP BY ${columns} HAVING count(*) > 1) AS doubled`;
    }
    case 'accepted_values': {
      const values = audit.values.filter((value) => value !== null);
      const column = quote(audit.column);
      const outside =
        values.length === 0 ? `${column} IS NOT NULL` : `${column} NOT IN (${values.map(literal).join(', ')})`;
      return `SELECT count(*) FROM ${table} WHERE ${outside}`;
    }
    case 'row_count': {
      const rules = [
        audit.min === null ? null : `count(*) < ${audit.min}`,
        audit.max === null ? null : `count(*) > ${audit.max}`,
      ];
      const broken = rules.filter((rule) => rule !== null).join(' OR ') || 'FALSE';
      return `SELECT CASE WHEN ${broken} THEN 1 ELSE 0 END FROM ${table}`;
    }
    case 'sql': {
      if (bound === null) throw new Error('an SQL audit was not read');
      const { facts } = core;
      const text = physical(bound, { engine, relations, facts, clock: 'follow' }).text;
      return `SELECT count(*) FROM (\n${text}\n) AS failures`;
    }
  }
}

/** What the user calls an audit: `not_null (order_id)`. */
function titleOf(audit: Audit): string {
  switch (audit.type) {
    case 'not_null':
    case 'unique':
      return `${audit.type} (${audit.columns.join(', ')})`;
    case 'accepted_values':
      return `accepted_values (${audit.column})`;
    case 'row_count':
      return `row_count (${audit.min ?? 0} to ${audit.max ?? 'any'})`;
    case 'sql':
      return audit.name ?? 'sql';
  }
}

const meaningOf = (audit: Audit, found: number): string => {
  const rows = `${found} ${found === 1 ? 'row' : 'rows'}`;
  switch (audit.type) {
    case 'not_null':
      return `${rows} with NULL`;
    case 'unique':
      return `${found} ${found === 1 ? 'value appears' : 'values appear'} more than once`;
    case 'accepted_values':
      return `${rows} with another value`;
    case 'row_count':
      return 'the number of rows is outside the bounds';
    case 'sql':
      return `${rows} returned`;
  }
};

function failure(check: Check, found: number): Problem {
  const { audit, target } = check;
  const message = `\`${target.node.name}\` fails the audit ${titleOf(audit)}: ${meaningOf(audit, found)}.`;
  return audit.severity === 'warn'
    ? warning('audit-failed', message, { at: audit.at })
    : problem('audit-failed', message, {
        at: audit.at,
        hint: 'Nothing was published. Mend the data or the model, or change the audit.',
      });
}

function brokenAudit(check: Check, error: EngineError): Problem {
  const { audit, target } = check;
  const at = audit.type === 'sql' ? positionIn(audit.sql, 0) : audit.at;
  return problem(
    'audit-error',
    `The audit ${titleOf(audit)} of \`${target.node.name}\` could not run: ${error.message}`,
    { at },
  );
}

async function runCheck(session: Session, check: Check, sql: Sql, signal: AbortSignal): Promise<Problem | null> {
  try {
    const { rows } = await session.query(sql, { signal });
    const found = Number(rows[0]?.[0] ?? 0);
    return found === 0 ? null : failure(check, found);
  } catch (error) {
    if (error instanceof EngineError) return brokenAudit(check, error);
    throw error;
  }
}

/**
 * Runs every audit whose key has not passed yet. Returns what failed: errors must keep the pointers where they are,
 * warnings are shown.
 */
export async function audit(
  core: PlanCore,
  relations: Relations,
  warehouse: Warehouse,
  applying: Applying,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const checks = checksOf(core, relations);
  const keys = checks.flatMap((check) => (check.key === null ? [] : [check.key]));
  const passed = await applying.state.passedAudits(keys);
  const problems: Problem[] = [];
  for (const check of checks) {
    if (check.key !== null && passed.has(check.key)) continue;
    const node = check.target.node.name;
    const found = await runCheck(await warehouse.open(), check, countQuery(check, core, relations, applying), signal);
    if (found === null) {
      const relation = relations.get(node);
      const build = isBuild(relation) ? relation.build : undefined;
      if (check.key !== null) await applying.state.recordAudits([check.key], build);
      applying.listener({ type: 'audit-passed', node, audit: titleOf(check.audit) });
    } else {
      problems.push(found);
      applying.listener({ type: 'audit-failed', node, problem: found });
    }
  }
  return problems;
}
