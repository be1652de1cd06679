/** Asks an engine for what it knows without a warehouse, and says which native libraries that loaded. */
import { duckdbEngine } from '../../../src/engines/duckdb/engine.ts';
import { asBuildId } from '../../../src/model/ids.ts';

const engine = duckdbEngine({ type: 'duckdb', path: '/nowhere/x.duckdb', threads: null, memoryLimit: null }, 'UTC');
const fact = await engine.fact();
const relation = engine.relation(asBuildId('a__t__1'));
const report: unknown = process.report.getReport();
process.send?.({ fact, relation, native: JSON.stringify(report).includes('duckdb.node') });
process.disconnect();
