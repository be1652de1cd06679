import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENVIRONMENT_WORDS } from '../../src/model/environments.ts';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node.js';

/** What an editor does with a `bough.config.ts`: the language server is TypeScript's own. */
const root = fileURLToPath(new URL('../..', import.meta.url));

interface Completion {
  readonly items: readonly { readonly label: string }[];
}
interface Diagnostics {
  readonly items: readonly { readonly message: string; readonly severity: number }[];
}

const home = realpathSync(mkdtempSync(join(tmpdir(), 'bough-editor-')));
let child: ChildProcess;
let editor: MessageConnection;
let count = 0;

beforeAll(async () => {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2023',
    module: 'nodenext',
    types: [],
    skipLibCheck: true,
    allowImportingTsExtensions: true,
  };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  child = spawn(process.execPath, [join(root, 'node_modules/.bin/tsc'), '--lsp', '--stdio']);
  if (child.stdout === null || child.stdin === null) throw new Error('the server has no pipes');
  editor = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  editor.onRequest(() => null);
  editor.listen();
  const capabilities = { textDocument: { completion: {}, diagnostic: {} } };
  await editor.sendRequest('initialize', { processId: process.pid, rootUri: pathToFileURL(home).href, capabilities });
  await editor.sendNotification('initialized', {});
}, 60_000);

afterAll(() => {
  editor.dispose();
  child.kill();
  rmSync(home, { recursive: true, force: true });
});

const project = (prod: string): string => `import {
  connection, defineProject, environment, postgres, release, tags, team, value,
} from '${join(root, 'src/define/index.ts')}';
const schema: Parameters<typeof value>[0] = undefined as never;
const db = postgres({ host: 'db', database: 'customers', status: 'production' });
export default defineProject({
  references: { customer_db: connection('postgres'), transformer_version: release(), train_days: value(schema) },
  environments: { prod: ${prod} },
});
`;

/** Opens a text as an editor does, and says where its `|` stands. */
function open(text: string): { readonly uri: string; readonly position: object } {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  count += 1;
  const path = join(home, `bough-${count}.config.ts`);
  const uri = pathToFileURL(path).href;
  const shown = text.replace('|', '');
  writeFileSync(path, shown);
  const textDocument = { uri, languageId: 'typescript', version: 1, text: shown };
  void editor.sendNotification('textDocument/didOpen', { textDocument });
  return { uri, position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 } };
}

async function offered(prod: string): Promise<readonly string[]> {
  const { uri, position } = open(project(prod));
  const params = { textDocument: { uri }, position };
  const { items } = await editor.sendRequest<Completion>('textDocument/completion', params);
  return items.map(({ label }) => label.replace('?', '')).sort();
}

async function errors(prod: string): Promise<readonly string[]> {
  const { uri } = open(project(prod));
  const { items } = await editor.sendRequest<Diagnostics>('textDocument/diagnostic', { textDocument: { uri } });
  return items.filter(({ severity }) => severity === 1).map(({ message }) => message);
}

const WORDS: readonly string[] = ENVIRONMENT_WORDS;

describe('bough.config.ts in an editor', () => {
  it('is offered the references that are declared, in an environment', async () => {
    const names = ['customer_db', 'train_days', 'transformer_version'];
    expect(await offered('environment({ | })')).toEqual([...WORDS, ...names].sort());
    expect(await offered('{ | }')).toEqual([...WORDS, ...names].sort());
  });

  it('is offered those that are not bound yet, and no word twice', async () => {
    const written = "environment({ status: 'production', customer_db: db, | })";
    const left = WORDS.filter((word) => word !== 'status');
    expect(await offered(written)).toEqual([...left, 'train_days', 'transformer_version'].sort());
  });

  it('is offered what a container says of itself, and its statuses', async () => {
    const keys = await offered('environment({ customer_db: postgres({ | }) })');
    expect(keys).toEqual(expect.arrayContaining(['credential', 'database', 'host', 'name', 'port', 'status']));
    expect(await offered("environment({ status: '|' })")).toEqual(['non-production', 'production']);
  });

  it('is told which name is misspelt, and which are not bound', async () => {
    const [misspelt = '', ...others] = await errors('environment({ custmer_db: db })|');
    expect(others).toEqual([]);
    expect(misspelt).toContain('Mistake<"there is no reference `custmer_db`.">');
    const [missing = ''] = await errors('environment({ customer_db: db })|');
    for (const name of ['train_days', 'transformer_version'])
      expect(missing).toContain(`\`prod\` does not say what \`${name}\` stands for.`);
    expect(await errors("environment({ customer_db: db, transformer_version: tags('V*'), train_days: 3 })|")).toEqual(
      [],
    );
  });
});
