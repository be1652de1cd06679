import { describe, expect, it } from 'vitest';
import { failures, refusal } from '../behaviour/subject.ts';
import { guardedRole } from '../support/postgres/guarded.ts';
import { exporting, MORE, shop, WAREHOUSES } from './world.ts';
import { environmentName } from '../../src/model/environment-name.ts';

const { target, project } = exporting();
const prod = environmentName('prod');

describe.each(WAREHOUSES)('exports from %s', (warehouse) => {
  it('replace a table with what the model holds, once', async () => {
    const to = await target();
    const subject = await project(warehouse, shop(`{ connection: ${to.connection}, table: public.orders }`));
    const { planned, result } = await subject.apply('prod');
    const { database: connection } = to.database.options;
    const row = { node: 'marts.orders', connection, table: 'public.orders', mode: 'replace' };
    expect(planned.document.exports).toEqual([row]);
    expect(result.problems).toEqual([]);
    expect(result.exports).toMatchObject([{ ...row, action: 'exported', rows: 3 }]);
    const written = ['1|ann|10.50', '2|bob|20.00', '3|a "b", c|30.25'];
    expect(await to.rows('SELECT * FROM public.orders ORDER BY id')).toEqual(written);
    expect(await to.rows('SELECT token, node, environment FROM bough.exports')).toEqual(['2|marts.orders|prod']);
    const again = await subject.apply('prod');
    expect([again.planned.changes, again.planned.document.exports]).toEqual([false, undefined]);
    subject.write({ 'data/orders.csv': MORE });
    expect((await subject.run()).result.exports).toMatchObject([{ action: 'exported', rows: 4 }]);
    expect(await to.rows('SELECT count(*) FROM public.orders')).toEqual(['4']);
  });

  it('upsert rows by their key, and leave the others alone', async () => {
    const to = await target();
    const exported = `{ connection: ${to.connection}, table: public.orders, mode: upsert, key: id }`;
    const subject = await project(warehouse, shop(exported));
    await subject.apply('prod');
    await to.run(
      "INSERT INTO public.orders VALUES (9, 'theirs', 1); CREATE TABLE before AS SELECT id, ctid AS place FROM orders",
    );
    subject.write({ 'data/orders.csv': 'id,name,amount\n1,anna,11.00\n2,bob,20.00\n' });
    await subject.run();
    expect(await to.rows('SELECT * FROM public.orders ORDER BY id')).toEqual([
      '1|anna|11.00',
      '2|bob|20.00',
      '3|a "b", c|30.25',
      '9|theirs|1.00',
    ]);
    const touched = 'SELECT id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM before b WHERE b.place = o.ctid)';
    expect(await to.rows(touched)).toEqual(['1']);
  });

  it('append the rows of each build once, whatever comes back', async () => {
    const to = await target();
    const subject = await project(
      warehouse,
      shop(`{ connection: ${to.connection}, table: public.orders, mode: append }`),
    );
    await subject.apply('prod');
    subject.write({ 'data/orders.csv': 'id,name,amount\n7,gus,1.00\n' });
    await subject.run();
    const all = ['1', '2', '3', '7'];
    expect(await to.rows('SELECT id FROM public.orders ORDER BY id')).toEqual(all);
    const { planned, result } = await subject.rollback('prod');
    expect(planned.document.notes.join()).toContain('rows of marts.orders that were appended to public.orders stay');
    expect(result.exports).toMatchObject([{ action: 'kept', rows: null }]);
    const workspace = await subject.workspace();
    expect((await workspace.export(prod, { node: 'marts.orders' })).exports).toMatchObject([{ action: 'kept' }]);
    expect(await to.rows('SELECT id FROM public.orders ORDER BY id')).toEqual(all);
  });

  it('go to a table of its own in a branch, and with a promotion to the base', async () => {
    const to = await target();
    const exported = `{ connection: ${to.connection}, table: public.orders }`;
    const subject = await project(warehouse, shop(exported));
    await subject.apply('prod');
    subject.write(shop(exported, 'SELECT id, name, amount FROM raw.orders WHERE id > 1'));
    const { result } = await subject.apply('dev');
    expect(result.exports).toMatchObject([{ table: 'dev_public.orders', rows: 2 }]);
    expect(await to.rows('SELECT count(*) FROM public.orders')).toEqual(['3']);
    const promoted = await subject.promote('dev');
    expect(promoted.planned.document.exports).toMatchObject([{ table: 'public.orders' }]);
    expect(promoted.result.exports).toMatchObject([{ table: 'public.orders', rows: 2, action: 'exported' }]);
    const back = await subject.rollback('prod');
    expect(back.result.exports).toMatchObject([{ table: 'public.orders', rows: 3 }]);
    expect(await to.rows('SELECT count(*) FROM public.orders')).toEqual(['3']);
  });

  it('tell what is live where one fails, and are finished by the next command', async () => {
    const to = await target();
    await to.run('CREATE TABLE public.orders (id integer, amount numeric, needed text NOT NULL)');
    const subject = await project(warehouse, shop(`{ connection: ${to.connection}, table: public.orders }`));
    const { result } = await subject.apply('prod');
    expect(failures(result)).toEqual(['export-columns', 'export-columns', 'export-failed']);
    expect(result).toMatchObject({ moved: true, revision: 1, exports: [{ action: 'failed', rows: null }] });
    const [missing, needed, live] = result.problems;
    expect(missing?.hint).toContain('ALTER TABLE "public"."orders" ADD COLUMN "name"');
    expect(needed?.message).toContain('needs a value for `needed`');
    expect(live?.message).toBe(
      '`prod` is live at revision 1, but `marts.orders` was not exported: those tables hold what they held.',
    );
    await to.run('ALTER TABLE orders ADD COLUMN name text; ALTER TABLE orders DROP COLUMN needed');
    const next = await subject.apply('prod');
    expect(next.result).toMatchObject({ moved: false, exports: [{ action: 'exported', rows: 3 }], problems: [] });
  });

  it('leave views, grants and indexes over a replaced table as they are', async () => {
    const to = await target();
    await to.run(
      `CREATE TABLE public.orders (name text, id integer PRIMARY KEY, amount numeric, at timestamptz DEFAULT now());
       CREATE VIEW public.names AS SELECT name FROM public.orders; GRANT SELECT ON public.orders TO PUBLIC`,
    );
    const subject = await project(warehouse, shop(`{ connection: ${to.connection}, table: public.orders }`));
    expect((await subject.apply('prod')).result.problems).toEqual([]);
    expect(await to.rows('SELECT name FROM public.names ORDER BY 1')).toEqual(['a "b", c', 'ann', 'bob']);
    expect(await to.rows(`SELECT has_table_privilege('public', 'public.orders', 'SELECT')`)).toEqual(['true']);
  });
});

describe('an export', () => {
  it('does not write a table that holds rows of others, unless it is told to', async () => {
    const to = await target();
    await to.run(`CREATE TABLE public.orders AS SELECT 1 AS id, 'x' AS name, 1.0 AS amount`);
    const subject = await project('DuckDB', shop(`{ connection: ${to.connection}, table: public.orders }`));
    const { result } = await subject.apply('prod');
    expect(failures(result)).toEqual(['export-taken', 'export-failed']);
    expect(result.problems[0]?.hint).toContain('bough export prod --node marts.orders --adopt');
    const workspace = await subject.workspace();
    const adopted = await workspace.export(prod, { node: 'marts.orders', adopt: true });
    expect(adopted).toMatchObject({ problems: [], exports: [{ action: 'exported', rows: 3 }] });
  });

  it('does not append to a table that lost its marker, and believes the state when it is told to', async () => {
    const to = await target();
    const subject = await project(
      'DuckDB',
      shop(`{ connection: ${to.connection}, table: public.orders, mode: append }`),
    );
    await subject.apply('prod');
    await to.run('DELETE FROM bough.appended');
    subject.write({ 'data/orders.csv': 'id,name,amount\n7,gus,1.00\n' });
    expect(failures((await subject.run()).result)).toEqual(['export-unmarked', 'export-failed']);
    expect(await to.rows('SELECT count(*) FROM public.orders')).toEqual(['3']);
    const workspace = await subject.workspace();
    await workspace.export(prod, { adopt: true });
    expect(await to.rows('SELECT id FROM public.orders ORDER BY 1')).toEqual(['1', '2', '3', '7']);
  });

  it('is refused where two nodes or environments would write one table', async () => {
    const to = await target();
    const exported = `{ connection: ${to.connection}, table: public.orders }`;
    const subject = await project('DuckDB', shop(exported), {
      'models/marts/other.sql': `/* bough\nexport: ${exported}\n*/\nSELECT 1 AS id\n`,
    });
    expect(await refusal(subject.plan('prod'))).toMatchObject({ exit: 1, codes: ['export-duplicate'] });
  });

  it('to a kind of database that takes no rows is refused, at its place', async () => {
    const subject = await project('DuckDB', shop('{ connection: { type: oracle, host: x }, table: a.b }'));
    expect(await refusal(subject.plan('prod'))).toMatchObject({ exit: 1, codes: ['connection-unsupported'] });
    expect(await refusal(subject.check())).toMatchObject({ exit: 1, codes: ['connection-unsupported'] });
  });

  it('that ends leaves its table, and says so; another node may have it then', async () => {
    const to = await target();
    const exported = `{ connection: ${to.connection}, table: public.orders }`;
    const subject = await project('DuckDB', shop(exported));
    await subject.apply('prod');
    subject.write({
      'models/marts/orders.sql': 'SELECT id, name, amount FROM raw.orders\n',
    });
    const { planned } = await subject.apply('prod');
    expect(planned.document.notes).toEqual([
      'marts.orders is exported no more: its table public.orders stays as it is',
    ]);
    expect((await subject.plan('prod')).document.notes).toEqual([]);
    expect(await to.rows('SELECT count(*) FROM public.orders')).toEqual(['3']);
    subject.write({ 'models/marts/heir.sql': `/* bough\nexport: ${exported}\n*/\nSELECT 9 AS id\n` });
    expect((await subject.apply('prod')).result.exports).toMatchObject([{ node: 'marts.heir', action: 'exported' }]);
    expect(await to.rows('SELECT id FROM public.orders')).toEqual(['9']);
  });

  it('of another project is not written over', async () => {
    const to = await target();
    const files = shop(`{ connection: ${to.connection}, table: public.orders }`);
    await (await project('DuckDB', files)).apply('prod');
    const { result } = await (await project('DuckDB', files)).apply('prod');
    expect(failures(result)).toEqual(['export-taken', 'export-failed']);
    expect(result.problems[0]?.message).toContain('of another project');
  });

  it('with a key that is none says so', async () => {
    const to = await target();
    const subject = await project(
      'DuckDB',
      shop(`{ connection: ${to.connection}, table: public.orders, mode: upsert, key: name }`),
    );
    subject.write({ 'data/orders.csv': 'id,name,amount\n1,ann,1\n2,ann,2\n3,,3\n' });
    const { result } = await subject.apply('prod');
    expect(result.problems[0]).toMatchObject({
      code: 'export-key',
      message: '1 rows of the model have NULL in their key `name`.',
    });
  });

  it('is refused in a non-production environment that would write to production', async () => {
    const to = await target();
    const connection = to.connection.replace('{', '{ status: production,');
    const subject = await project('DuckDB', shop(`{ connection: customer_db, table: public.orders }`), {
      'bough.yml': `name: test
references: { customer_db: { kind: connection, type: postgres } }
environments:
  prod: { status: production, base: none, customer_db: ${connection} }
  dev: { status: non-production, base: prod, customer_db: ${connection}, allow: [{ reference: customer_db, reason: why not }] }
`,
    });
    expect((await subject.apply('prod')).result.problems).toEqual([]);
    const refused = await refusal(subject.plan('dev'));
    expect(refused).toMatchObject({ exit: 1, codes: ['status-mismatch'] });
    expect(refused.text).toContain('no `allow` lets it write there');
  });

  it('that cannot connect, or has a wrong password, says so and leaves the password out', async () => {
    const to = await target();
    const nobody = `{ type: postgres, host: 127.0.0.1, port: 1, database: x }`;
    const away = await project('DuckDB', shop(`{ connection: ${nobody}, table: public.orders }`));
    expect(failures((await away.apply('prod')).result)).toEqual(['connection-failed', 'export-failed']);
    const role = await guardedRole(to.database, 'locked', 'right');
    const locked = to.connection.replace('user: postgres', `user: ${role}, credential: target_password`);
    const subject = await project('DuckDB', shop(`{ connection: ${locked}, table: public.orders }`), {
      '.env': 'TARGET_PASSWORD=wrong-as-can-be\n',
    });
    const { result } = await subject.apply('prod');
    expect(failures(result)).toEqual(['connection-failed', 'export-failed']);
    expect(result.problems[0]?.message).toContain('password authentication failed');
    expect(JSON.stringify(result)).not.toContain('wrong-as-can-be');
  });
});
