import { EVERYBODY } from '../../model/grants.ts';
import { literal, quoteIdentifier } from '../../postgres/literal.ts';
import type { Publication, RelationName, Sql } from '../contract.ts';
import type { Connection } from './connection.ts';
import { GRANTED } from './marker.ts';
import { namedRelations } from './catalog.ts';
import { quoteName, relationKey } from './names.ts';

/** What one role may do with one view; with a schema where `name` is empty. */
interface Item extends RelationName {
  readonly role: string;
  readonly privilege: string;
}

/** An item that a project declared. `made`: it was Bough who granted it, so Bough takes it back. */
interface Declared extends Item {
  readonly made: boolean;
}

const keyOf = ({ schema, name, role, privilege }: Item): string => JSON.stringify([schema, name, role, privilege]);
const keysOf = (items: readonly Item[]): ReadonlySet<string> => new Set(items.map(keyOf));
const without = <T extends Item>(items: readonly T[], others: ReadonlySet<string>): readonly T[] =>
  items.filter((item) => !others.has(keyOf(item)));

/** Makes the grants on views that moved, and on their schemas, what the project declares; what others granted stays. */
export async function grant(connection: Connection, { views, drops }: Publication): Promise<void> {
  const schemas = [...new Set([...views.map(({ name }) => name), ...drops].map(({ schema }) => schema))];
  const recorded = schemas.length === 0 ? [] : await recordedIn(connection, schemas);
  const asked = views.flatMap(({ name, grants }) =>
    grants.flatMap(({ role, privileges }) => privileges.map((privilege) => ({ ...name, role, privilege }))),
  );
  if (recorded.length === 0 && asked.length === 0) return;
  const touched = new Set([...views.map(({ name }) => name), ...drops].map(relationKey));
  const untouched = recorded.filter((item) => item.name !== '' && !touched.has(relationKey(item)));
  const roles = await rolesAmong(connection, [...asked, ...untouched]);
  const onViews = asked.filter(({ role }) => roles.has(role));
  const wanted = [...onViews, ...usage([...onViews, ...untouched.filter(({ role }) => roles.has(role))])];
  const before = without(recorded, keysOf(untouched));
  const there = keysOf(await standingGrants(connection, [...wanted, ...before]));
  const missing = without(wanted, there);
  const stale = without(before, keysOf(wanted));
  await sendAll(connection, [
    ...statements('GRANT', 'TO', missing),
    ...statements(
      'REVOKE',
      'FROM',
      stale.filter((item) => item.made && there.has(keyOf(item))),
    ),
    ...forgotten(stale),
    ...remembered([
      ...missing.map((item) => ({ ...item, made: true })),
      ...without(without(wanted, keysOf(missing)), keysOf(before)).map((item) => ({ ...item, made: false })),
    ]),
  ]);
}

/** Who reads a view must be let into its schema. */
const usage = (items: readonly Item[]): readonly Item[] => {
  const all = items.map(({ schema, role }) => ({ schema, name: '', role, privilege: 'usage' }));
  return [...new Map(all.map((item) => [keyOf(item), item])).values()];
};

async function recordedIn(connection: Connection, schemas: readonly string[]): Promise<readonly Declared[]> {
  const rows = await connection.texts(
    `SELECT schema, name, role, privilege, made FROM ${GRANTED} WHERE schema IN (${schemas.map(literal).join(', ')})`,
  );
  return rows.map(([schema = '', name = '', role = '', privilege = '', made]) => {
    return { schema, name, role, privilege, made: made === 't' };
  });
}

/** Those of the roles that there are: one may have gone since the project named it. */
async function rolesAmong(connection: Connection, items: readonly Item[]): Promise<ReadonlySet<string>> {
  const asked = [...new Set(items.map(({ role }) => role))];
  if (asked.length === 0) return new Set();
  const list = asked.map(literal).join(', ');
  const rows = await connection.texts(`SELECT rolname FROM pg_catalog.pg_roles WHERE rolname IN (${list})`);
  return new Set([EVERYBODY, ...rows.flat()]);
}

const GRANTEE = `CASE WHEN x.grantee = 0 THEN '${EVERYBODY}' ELSE pg_catalog.pg_get_userbyid(x.grantee) END, lower(x.privilege_type)`;

/** All that is granted on these views and schemas, to their owners too. */
async function standingGrants(connection: Connection, items: readonly Item[]): Promise<readonly Item[]> {
  if (items.length === 0) return [];
  const views = items.filter(({ name }) => name !== '');
  const schemas = [...new Set(items.map(({ schema }) => literal(schema)))].join(', ');
  const ofSchemas = `SELECT n.nspname, '', ${GRANTEE} FROM pg_catalog.pg_namespace AS n,
    pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) AS x WHERE n.nspname IN (${schemas})`;
  const ofViews = `SELECT n.nspname, c.relname, ${GRANTEE} FROM ${namedRelations(views)},
    pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) AS x`;
  const rows = await connection.texts(views.length === 0 ? ofSchemas : `${ofSchemas} UNION ALL ${ofViews}`);
  return rows.map(([schema = '', name = '', role = '', privilege = '']) => ({ schema, name, role, privilege }));
}

/** One statement for all that a role is given or loses of one kind. */
function statements(verb: 'GRANT' | 'REVOKE', preposition: string, items: readonly Item[]): readonly Sql[] {
  const together = new Map<string, Item[]>();
  for (const item of items) {
    const kind = JSON.stringify([item.name === '', item.role, item.privilege]);
    together.set(kind, [...(together.get(kind) ?? []), item]);
  }
  return [...together.values()].flatMap((same) => {
    const [{ name, role, privilege } = { name: '', role: '', privilege: '' }] = same;
    const on =
      name === ''
        ? `SCHEMA ${same.map(({ schema }) => quoteIdentifier(schema)).join(', ')}`
        : same.map(quoteName).join(', ');
    return `${verb} ${privilege} ON ${on} ${preposition} ${role === EVERYBODY ? 'PUBLIC' : quoteIdentifier(role)}`;
  });
}

const valuesOf = ({ schema, name, role, privilege }: Item): string =>
  [schema, name, role, privilege].map(literal).join(', ');

const forgotten = (items: readonly Item[]): readonly Sql[] =>
  items.length === 0
    ? []
    : [
        `DELETE FROM ${GRANTED} WHERE (schema, name, role, privilege) IN (${items.map((item) => `(${valuesOf(item)})`).join(', ')})`,
      ];

const remembered = (items: readonly Declared[]): readonly Sql[] =>
  items.length === 0
    ? []
    : [
        `INSERT INTO ${GRANTED} AS g VALUES ${items.map((item) => `(${valuesOf(item)}, ${item.made})`).join(', ')}
         ON CONFLICT (schema, name, role, privilege) DO UPDATE SET made = g.made OR excluded.made`,
      ];

async function sendAll(connection: Connection, texts: readonly Sql[]): Promise<void> {
  if (texts.length > 0) await connection.send(texts.join(';\n'));
}

/** Everybody, and every role of the server. */
export const roles = async (connection: Connection): Promise<readonly string[]> => [
  EVERYBODY,
  ...(await connection.texts('SELECT rolname FROM pg_catalog.pg_roles ORDER BY 1')).flat(),
];
