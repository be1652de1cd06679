import { loadClient } from '../../../src/postgres/driver.ts';
import type { Look } from '../look.ts';

type Rows = readonly (readonly string[])[];

/** What a database holds that is a project's warehouse and state, read past Bough. */
export async function lookPostgres(
  connectionString: string,
): Promise<Omit<Look, 'environments' | 'history' | 'gone' | 'heads' | 'files'>> {
  const Client = await loadClient();
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  const all = async (text: string): Promise<Rows> =>
    (await client.query({ text, rowMode: 'array' })).rows.map((row: readonly unknown[]) => row.map(String));
  try {
    return { ...(await inWarehouse(all)), ...(await inState(all)) };
  } finally {
    await client.end();
  }
}

type All = (text: string) => Promise<Rows>;

const there = async (all: All, relation: string): Promise<boolean> =>
  (await all(`SELECT to_regclass('${relation}') IS NOT NULL`))[0]?.[0] === 'true';

async function inWarehouse(all: All): Promise<Pick<Look, 'views' | 'markers' | 'relations'>> {
  const found = await all(
    `SELECT schemaname, viewname FROM pg_views WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'bough')`,
  );
  const views: Record<string, readonly string[]> = {};
  for (const [schema = '', name = ''] of found)
    views[`${schema}.${name}`] = (
      await all(`SELECT row_to_json(t)::text FROM "${schema}"."${name}" t ORDER BY 1`)
    ).flat();
  const marked = (await there(all, 'bough."$marker"'))
    ? await all('SELECT environment, operation FROM bough."$marker"')
    : [];
  const relations = await all(
    `SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('bough') AND relkind IN ('r', 'v')
    AND relname NOT LIKE '$%' ORDER BY relname COLLATE "C"`,
  );
  const markers = marked.map(([name = '', operation = '']) => [name, operation === 'null' ? null : operation]);
  return { views, markers: Object.fromEntries(markers), relations: relations.flat() };
}

async function inState(all: All): Promise<Pick<Look, 'builds' | 'ownedViews' | 'held'>> {
  if (!(await there(all, 'bough_state.meta'))) return { builds: [], ownedViews: [], held: [] };
  await all('SET search_path = bough_state');
  const builds = await all('SELECT id, status, node, build_key FROM builds ORDER BY id');
  return {
    builds: builds.map(([id = '', status = '', node = '', key = '']) => ({ id, status, node, key })),
    ownedViews: (await all('SELECT name FROM views ORDER BY name')).flat(),
    held: (await all(HELD)).flat(),
  };
}

/** Everything that somebody holds who is not done. */
export const HELD = `SELECT 'operation ' || kind || ' of ' || environment FROM operations WHERE status = 'open'
  UNION ALL SELECT 'lease of ' || l.environment FROM leases l JOIN operations o ON o.id = l.operation AND o.status = 'open'
  UNION ALL SELECT 'intent of ' || environment FROM intents
  UNION ALL SELECT 'pin of ' || build FROM pins
  UNION ALL SELECT 'drop of ' || operation FROM intent_drops
  UNION ALL SELECT 'view of ' || operation FROM intent_views`;
