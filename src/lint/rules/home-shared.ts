import { isDeepStrictEqual } from 'node:util';
import type { Home } from '../../model/environments.ts';
import type { Rule } from '../rule.ts';

/** What makes two warehouses one, however they are used. */
const warehouseOf = ({ engine }: Home): unknown => (engine.type === 'duckdb' ? engine.path : engine.connection);

const stateOf = ({ state }: Home): unknown => (state.type === 'sqlite' ? state.path : [state.connection, state.schema]);

export const homeShared: Rule = {
  id: 'home-shared',
  severity: 'error',
  summary: 'Roots that share a warehouse share its state, and the other way round.',
  why: 'State and warehouse know each other: a state that meets another warehouse refuses to write.',
  find: ({ project }) => {
    const homes = [...project.config.wiring.environments.values()].flatMap(({ name, home, at }) =>
      home === null ? [] : [{ name, at, warehouse: warehouseOf(home), state: stateOf(home) }],
    );
    return homes.flatMap(({ name, at, warehouse, state }, index) =>
      homes.slice(0, index).flatMap((other) => {
        const sameWarehouse = isDeepStrictEqual(warehouse, other.warehouse);
        if (sameWarehouse === isDeepStrictEqual(state, other.state)) return [];
        const [one, two] = sameWarehouse ? ['warehouse', 'states'] : ['state', 'warehouses'];
        const message = `\`${name}\` and \`${other.name}\` share a ${one}, and have two ${two}.`;
        return [{ message, at, hint: 'Let them share both, or neither: `engine:` and `state:` say it.' }];
      }),
    );
  },
};
