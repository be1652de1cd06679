import { resolve } from 'node:path';
import { asError, EXIT, problem, UserError } from '../../model/problems.ts';
import { findRoot } from '../../project/find-root.ts';
import { helpTail, type DefineCommand } from '../command.ts';
import type { Call, Outcome } from '../context.ts';
import { styleFor } from '../output/style.ts';
import { tableLines } from '../output/table.ts';

const EXAMPLES = [
  ['bough schema', 'which kinds of files there are'],
  ['bough schema project', 'the JSON Schema of bough.yml'],
  ['bough schema --write', 'all of them into .bough/schema/, where editors find them'],
] as const;

export const defineSchema: DefineCommand = (parent, invoke) => {
  parent
    .command('schema')
    .description('Print the JSON Schema of a kind of YAML file, by which editors complete and check')
    .argument('[KIND]', 'the kind of file; all are listed if left out')
    .option('--write', 'write all of them into .bough/schema/ of the project')
    .addHelpText('after', helpTail(EXAMPLES, [EXIT.done, EXIT.error, EXIT.usage]))
    .action((kind: string | undefined, { write = false }: { readonly write?: boolean }) =>
      invoke((call) => (write ? written(call) : kind === undefined ? listed(call) : printed(kind))),
    );
};

async function printed(kind: string): Promise<Outcome> {
  const { jsonSchemaOf } = await import('../json-schemas.ts');
  const schema = jsonSchemaOf(kind);
  return { exit: EXIT.done, document: schema, result: `${JSON.stringify(schema, null, 2)}\n` };
}

async function listed({ context }: Call): Promise<Outcome> {
  const { FILE_KINDS } = await import('../json-schemas.ts');
  const columns = [
    { head: 'kind', align: 'left' },
    { head: 'files', align: 'left' },
  ] as const;
  const rows = FILE_KINDS.map(({ kind, files }) => [kind, files.join(', ')]);
  const lines = tableLines(columns, rows, styleFor(context.stdout, context.env));
  return {
    exit: EXIT.done,
    document: { format: 'bough.schema/1', kinds: FILE_KINDS.map(({ kind, files }) => ({ kind, files })) },
    result: lines.map((line) => `${line}\n`).join(''),
  };
}

async function written({ context, options }: Call): Promise<Outcome> {
  const directory = resolve(context.cwd, options.directory ?? '.');
  const root = findRoot(directory);
  if (root === null) {
    const message = `No bough.yml in \`${directory}\` or above it.`;
    throw new UserError(problem('project-not-found', message, { hint: 'Go to a project, or name it with -C DIR.' }));
  }
  const { writeJsonSchemas } = await import('../json-schemas.ts');
  const { declaredKinds } = await import('../declared-kinds.ts');
  const references = await declaredKinds(root, context.env);
  try {
    const files = writeJsonSchemas(root, references);
    return {
      exit: EXIT.done,
      document: { format: 'bough.schema/1', files },
      result: files.map((file) => `${file}\n`).join(''),
    };
  } catch (raw) {
    const message = `The schemas cannot be written: ${asError(raw).message}.`;
    throw new UserError(problem('write-refused', message), { cause: raw });
  }
}
