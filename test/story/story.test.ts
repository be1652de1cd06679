import { describe } from 'vitest';
import { play } from './play.ts';

describe('the story of the shop on DuckDB', () => {
  play({ prepare: async () => undefined, orderCounts: true, clear: async () => undefined });
});
