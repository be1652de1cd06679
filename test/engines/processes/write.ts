/** Opens a warehouse that may not exist yet, makes one build, and says what came of it. */
import { duckdbEngine } from '../../../src/engines/duckdb/engine.ts';
import { never, patience, table } from '../subject.ts';

const [, , path = '', name = ''] = process.argv;
const engine = duckdbEngine({ type: 'duckdb', path, threads: 1, memoryLimit: null }, 'UTC');
process.once('message', () => void work());
process.send?.('ready');

async function work(): Promise<void> {
  try {
    const session = await engine.open('write', patience());
    const id = await session.initialise(name);
    await session.build(table(`a__${name}__1`, 'SELECT 1 AS n'), never);
    await session.close();
    process.send?.(id);
  } catch (error) {
    process.send?.(`failed: ${String(error)}`);
  }
  process.disconnect();
}
