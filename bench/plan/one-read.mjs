// The reader alone: read() over all SQL of a project that lies in memory, again and again. Arguments: folder, bundle.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , folder, bundle] = process.argv;
const { read } = await import(bundle);
const models = join(folder, 'models');
const texts = readdirSync(models, { recursive: true })
  .filter((path) => path.endsWith('.sql'))
  .map((path) => readFileSync(join(models, path), 'utf8'));
const megabytes = texts.reduce((sum, text) => sum + text.length, 0) / 1e6;
const passes = [];
for (let pass = 0; pass < 5; pass += 1) {
  const start = performance.now();
  let inputs = 0;
  for (const text of texts) inputs += read(text, { dialect: 'duckdb', parameters: {} }).inputs.length;
  passes.push(megabytes / ((performance.now() - start) / 1000));
  if (inputs < texts.length) throw new Error('the reader found too little');
}
console.log(JSON.stringify({ megabytes, passes }));
