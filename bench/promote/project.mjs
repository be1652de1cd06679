// 50 small tables and many more that read one of them each and that nobody reads: an edit moves one node and no other.
// 300 models, unless BENCH_MODELS says otherwise.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const COUNT = Number(process.env.BENCH_MODELS ?? 300);
const ROOTS = 50;
export const nameOf = (index) => `m_${String(index).padStart(3, '0')}`;

const sqlOf = (index, version) =>
  index < ROOTS
    ? `SELECT i AS id, i * ${index + 1} AS amount FROM range(20) AS numbers(i)`
    : `SELECT id, amount % ${index + version * 1000} AS amount FROM m.${nameOf(index % ROOTS)}`;

/** Writes the project; the last `changed` models have another filter than in version 0. */
export function writeProject(folder, changed, version) {
  mkdirSync(join(folder, 'models', 'm'), { recursive: true });
  writeFileSync(join(folder, 'bough.yml'), 'name: promotion\n');
  for (let index = 0; index < COUNT; index += 1) {
    const text = sqlOf(index, index >= COUNT - changed ? version : 0);
    writeFileSync(join(folder, 'models', 'm', `${nameOf(index)}.sql`), `${text}\n`);
  }
}
