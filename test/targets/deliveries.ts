import { asEnvironmentName, asNodeName, asOperationId } from '../../src/model/ids.ts';
import type { Container } from '../../src/model/references.ts';
import type { Delivery, Target } from '../../src/targets/contract.ts';
import { targetFor } from '../../src/targets/index.ts';
import type { Database } from '../support/postgres/server.ts';

export const containerOf = ({ options }: Database): Container => ({
  type: 'postgres',
  name: null,
  host: options.host ?? null,
  port: options.port,
  database: options.database,
  user: options.user ?? null,
  path: null,
  status: null,
  credential: null,
  options: {},
});

export const openTarget = (database: Database): Promise<Target> => {
  const container = containerOf(database);
  const passwordOf = (): never => {
    throw new Error('no password is asked for');
  };
  const at = { file: 'models/orders.sql', line: 1, column: 1 };
  const type = targetFor(container);
  if (type === null) throw new Error('there is no such target');
  return type.open(container, { root: '/', variables: {}, passwordOf, at });
};

export const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  table: { schema: 'public', name: 'orders' },
  mode: 'replace',
  key: [],
  owner: { state: 's', environment: asEnvironmentName('prod'), node: asNodeName('marts.orders') },
  operation: asOperationId('o1'),
  token: 1,
  content: 'first',
  last: null,
  adopt: false,
  ...more,
});

export const never = new AbortController().signal;
