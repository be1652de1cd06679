/* oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin */
// The SDK in a thread with a large stack: hot stacks of the main thread overflow at 40 branches of a union.
import { parentPort } from 'node:worker_threads';
import { outputColumns, outputColumnsWithSchema, parse } from '@polyglot-sql/sdk';

function answer({ sql, dialect, schema }) {
  const parsed = parse(sql, dialect);
  if (!parsed.success) return { silent: parsed.error };
  const plain = outputColumns(sql, dialect);
  const stars = plain.success && plain.output.columns.some((column) => column.kind === 'wildcard');
  const output = stars ? outputColumnsWithSchema(sql, schema, dialect) : plain;
  return { tree: parsed.ast, columns: output.success ? output.output.columns : null };
}

parentPort.on('message', (question) => {
  try {
    parentPort.postMessage(answer(question));
  } catch (error) {
    parentPort.postMessage({ silent: String(error) });
  }
});
