import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files of a project by path; null removes one. */
export type Files = Readonly<Record<string, string | null>>;

/** Two sources, two tables, two views and audits: small, and with every kind of build that a crash can hit. */
export const SHOP: Files = {
  'bough.yml': 'name: shop\nengine: { type: duckdb, threads: 2 }\n',
  'data/orders.csv': 'order_id,customer_id,amount\n1,a,10\n2,b,20\n3,a,5\n4,c,-1\n',
  'data/customers.csv': 'customer_id,country\na,DE\nb,FR\nc,DE\n',
  'models/raw/orders.yml': 'kind: source\nname: raw.orders\nfile: data/orders.csv\naudits:\n  - not_null: order_id\n',
  'models/raw/customers.yml': 'kind: source\nname: raw.customers\nfile: data/customers.csv\n',
  'models/staging/orders.sql':
    '/* bough\naudits:\n  - unique: order_id\n*/\nSELECT * FROM raw.orders WHERE amount > 0\n',
  'models/staging/customers.sql':
    '/* bough\nmaterialized: view\n*/\nSELECT customer_id, lower(country) AS country FROM raw.customers\n',
  'models/marts/revenue.sql':
    '/* bough\naudits:\n  - unique: country\n  - not_null: revenue\n*/\nSELECT c.country AS country, sum(o.amount) AS revenue, count(*) AS orders\nFROM staging.orders AS o JOIN staging.customers AS c ON c.customer_id = o.customer_id\nGROUP BY c.country\n',
  'models/marts/countries.sql': '/* bough\nmaterialized: view\n*/\nSELECT country FROM marts.revenue\n',
};

/** Another filter, a model that goes, one that comes. */
export const NEW_CODE: Files = {
  'models/staging/orders.sql':
    '/* bough\naudits:\n  - unique: order_id\n*/\nSELECT * FROM raw.orders WHERE amount > 5\n',
  'models/marts/countries.sql': null,
  'models/marts/best.sql': 'SELECT max(revenue) AS revenue FROM marts.revenue\n',
};

export const NEW_DATA: Files = {
  'data/orders.csv': 'order_id,customer_id,amount\n1,a,10\n2,b,20\n3,a,5\n4,c,-1\n5,c,40\n6,b,6\n',
};

/** The same rows in another order. */
export const SAME_DATA: Files = {
  'data/orders.csv': 'order_id,customer_id,amount\n4,c,-1\n3,a,5\n1,a,10\n2,b,20\n',
};

/** Every view is named anew. */
export const NEW_NAMES: Files = {
  'bough.yml': "name: shop\nengine: { type: duckdb, threads: 2 }\nnames: { schema: '{schema}_{env}' }\n",
};

/** Two roots, each with a warehouse and a state of its own. */
export const TWO_ROOTS: Files = {
  'bough.yml':
    'name: shop\nengine: { type: duckdb, threads: 2 }\nenvironments:\n  prod: {}\n  dev: { base: none }\npromotion: [dev, prod]\n',
};

/** What is not reachable from a head is garbage at once. */
export const KEEP_NOTHING: Files = {
  'bough.yml': 'name: shop\nengine: { type: duckdb, threads: 2 }\nretention: 0\n',
};

export function write(directory: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const full = join(directory, path);
    mkdirSync(dirname(full), { recursive: true });
    if (text === null) rmSync(full, { force: true });
    else writeFileSync(full, text);
  }
}
