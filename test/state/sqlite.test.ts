import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteState } from '../../src/state/sqlite/open.ts';
import { stateConformance } from './conformance.ts';

stateConformance('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bough-state-'));
  const path = join(folder, 'state.db');
  return {
    config: { type: 'sqlite', path },
    open: (options) => openSqliteState({ ...options, path, create: true }),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});
