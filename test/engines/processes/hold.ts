/** Opens the file of its argument, says so, and lets it go when told to. */
import { DuckDBInstance } from '@duckdb/node-api';

const [, , path = ''] = process.argv;
const instance = await DuckDBInstance.create(path);
process.send?.('held');
process.once('message', () => {
  instance.closeSync();
  process.send?.('free');
  process.disconnect();
});
