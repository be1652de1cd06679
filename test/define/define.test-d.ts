import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import {
  alias,
  connection,
  defineProject,
  environment,
  image,
  postgres,
  reference,
  release,
  secret,
  tags,
  team,
  value,
  type DefinedProject,
} from '../../src/define/index.ts';

const references = {
  customer_db: connection('postgres'),
  version: release(),
  train_days: value(z.number().int()),
} as const;
const prodDb = postgres({ host: 'prod-db.internal', database: 'customers', status: 'production' });
const devDb = postgres({ host: 'dev-db.internal', database: 'customers', status: 'non-production' });
const prod = environment({ status: 'production', customer_db: prodDb, version: tags('V*'), train_days: 365 });
const dev = environment({ status: 'non-production', customer_db: devDb, version: tags('V*'), train_days: 30 });

describe('a project that compiles', () => {
  it('binds every reference in every environment', () => {
    const project = defineProject({
      name: 'customers',
      references: { ...references, crm: alias('customer_db'), api: secret(), job: image() },
      environments: {
        prod: environment({ ...prod, api: { secret: 'API' }, job: 'registry/job:1' }),
        dev: environment({ ...dev, base: 'prod', train_days: '${DAYS:-30}', api: { secret: 'API' }, job: 'job:dev' }),
      },
      parameters: { days: reference('train_days'), least: 3 },
      promotion: ['dev', 'prod'],
      base: 'prod',
    });
    expectTypeOf(project).toEqualTypeOf<DefinedProject>();
  });

  it('takes another environment without a change elsewhere', () => {
    defineProject({ references, environments: { prod, dev } });
    defineProject({ references, environments: { prod, dev, qa: environment({ ...dev, base: 'dev' }) } });
  });

  it('lets an environment use a container of the other status where it says why', () => {
    const allow = [{ reference: 'customer_db', reason: 'reads the replica' }] as const;
    defineProject({ references, environments: { dev: environment({ ...dev, customer_db: prodDb, allow }) } });
  });

  it('grants to roles', () => {
    defineProject({ references, environments: { prod: environment({ ...prod, grants: { readers: 'select' } }) } });
  });

  it('binds the references of teams', () => {
    const growth = team({
      references: { rate: value(z.number()) },
      environments: { prod: { rate: 1 }, dev: { rate: 2 } },
    });
    defineProject({ references, environments: { prod, dev }, teams: { growth } });
  });
});

describe('what does not compile', () => {
  const { train_days: _days, ...incomplete } = prod;

  it('a reference that an environment does not bind', () => {
    // @ts-expect-error `prod` does not say what `train_days` stands for
    defineProject({ references, environments: { prod: environment(incomplete) } });
  });

  it('a privilege that views do not give', () => {
    const grants = { readers: 'insert' } as const;
    // @ts-expect-error views give `select` alone
    defineProject({ references, environments: { prod: environment({ ...prod, grants }) } });
  });

  it('a misspelt reference where it is bound', () => {
    // @ts-expect-error there is no reference `custmer_db`
    defineProject({ references, environments: { prod: environment({ ...prod, custmer_db: prodDb }) } });
  });

  it('a misspelt reference where it is used', () => {
    // @ts-expect-error there is no reference `traindays`
    defineProject({ references, environments: { prod }, parameters: { days: reference('traindays') } });
    // @ts-expect-error there is no reference `customers`
    defineProject({ references: { ...references, crm: alias('customers') } });
    const other = { ...prod, customer_db: reference('customers') };
    // @ts-expect-error there is no reference `customers`
    defineProject({ references, environments: { prod: environment(other) } });
  });

  it('a binding of another kind', () => {
    // @ts-expect-error `customer_db` is a connection
    defineProject({ references, environments: { prod: environment({ ...prod, customer_db: tags('V*') }) } });
    // @ts-expect-error this is no value for `train_days`
    defineProject({ references, environments: { prod: environment({ ...prod, train_days: 'many' }) } });
    // @ts-expect-error `version` is a release
    defineProject({ references, environments: { prod: environment({ ...prod, version: 1 }) } });
    const duck = { ...references, customer_db: connection('duckdb') };
    // @ts-expect-error `customer_db` is a connection to duckdb, not to postgres
    defineProject({ references: duck, environments: { prod } });
  });

  it('a container whose status is not its environment’s, both ways', () => {
    // @ts-expect-error `customer_db` is non-production, and its environment is production
    defineProject({ references, environments: { prod: environment({ ...prod, customer_db: devDb }) } });
    // @ts-expect-error `customer_db` is production, and its environment is non-production
    defineProject({ references, environments: { dev: environment({ ...dev, customer_db: prodDb }) } });
  });

  it('an environment that does not exist', () => {
    // @ts-expect-error there is no environment `qa`
    defineProject({ references, environments: { prod, dev }, promotion: ['dev', 'qa', 'prod'] });
    // @ts-expect-error there is no environment `prd`
    defineProject({ references, environments: { dev: environment({ ...dev, base: 'prd' }) } });
    // @ts-expect-error there is no environment `live`
    defineProject({ references, environments: { prod }, base: 'live' });
  });

  it('a team that leaves an environment out, or maps one that there is not', () => {
    const rate = { rate: value(z.number()) };
    const partial = team({ references: rate, environments: { prod: { rate: 1 } } });
    // @ts-expect-error the team `growth` does not map `dev`
    defineProject({ references, environments: { prod, dev }, teams: { growth: partial } });
    const foreign = team({ references: rate, environments: { prod: { rate: 1 }, qa: { rate: 1 } } });
    // @ts-expect-error there is no environment `qa`
    defineProject({ references, environments: { prod }, teams: { growth: foreign } });
  });

  it('a word of environments as the name of a reference, a key that a project does not have', () => {
    // @ts-expect-error `status` has a meaning of its own in an environment
    defineProject({ references: { status: value(z.string()) } });
    // @ts-expect-error a project has no key `refrences`
    defineProject({ refrences: references });
  });
});
