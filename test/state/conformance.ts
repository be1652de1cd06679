import { afterEach, beforeEach, describe } from 'vitest';
import type { StateConfig } from '../../src/model/project.ts';
import type { State } from '../../src/state/contract.ts';
import type { StateOptions } from '../../src/state/index.ts';
import { bindingCases, fingerprintCases } from './conformance/bindings.ts';
import { buildCases } from './conformance/builds.ts';
import { exportCases } from './conformance/exports.ts';
import { garbageCases } from './conformance/garbage.ts';
import { historyCases } from './conformance/history.ts';
import { historyProperty } from './conformance/history-property.ts';
import { intentCases } from './conformance/intents.ts';
import { leaseCases } from './conformance/leases.ts';
import { pastCases } from './conformance/past.ts';
import { processCases } from './conformance/processes.ts';
import { clock, pretend } from './nouns.ts';
import type { Clock } from './nouns.ts';

/** A place where no state is yet. Any number of processes can open the one that comes to be there. */
export interface Place {
  readonly config: StateConfig;
  readonly open: (options: Omit<StateOptions, 'create'>) => Promise<State>;
  readonly remove: () => Promise<void>;
}

/** What each case finds: a new place, a state in it, and the clock by which this state lives. */
export interface Given {
  readonly place: Place;
  readonly state: State;
  readonly clock: Clock;
  /** Opens the state once more, as another process would. */
  readonly another: (options?: Omit<StateOptions, 'create'>) => Promise<State>;
}

export type Cases = (given: () => Given) => void;

const GROUPS: Readonly<Record<string, Cases>> = {
  history: historyCases,
  'history, against a model': historyProperty,
  'past code': pastCases,
  leases: leaseCases,
  builds: buildCases,
  bindings: bindingCases,
  fingerprints: fingerprintCases,
  intents: intentCases,
  exports: exportCases,
  garbage: garbageCases,
  processes: processCases,
};

/** Every state passes all of it. */
export function stateConformance(name: string, make: () => Promise<Place>): void {
  describe(`${name} is a state`, () => {
    let given: Given;
    const opened: State[] = [];
    beforeEach(async () => {
      const place = await make();
      const time = clock();
      const another: Given['another'] = async (options = {}) => {
        const state = await place.open({ now: time, liveness: pretend, ...options });
        opened.push(state);
        return state;
      };
      given = { place, clock: time, another, state: await another() };
    });
    afterEach(async () => {
      for (const state of opened.splice(0)) await state.close();
      await given.place.remove();
    });
    for (const [group, cases] of Object.entries(GROUPS)) describe(group, () => cases(() => given));
  });
}
