import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node.js';
import { writeJsonSchemas } from '../../src/cli/json-schemas.ts';
import { projectOf } from '../lint/checked.ts';

/**
 * What an editor does with a project's YAML, without an extension of ours: the language server that VS Code and others
 * use follows the line `# yaml-language-server: $schema=…` which `init` writes.
 */
const require = createRequire(import.meta.url);
const server = join(dirname(require.resolve('yaml-language-server/package.json')), 'bin/yaml-language-server');

interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}
interface Completion {
  readonly items: readonly { readonly label: string }[];
}

const root = projectOf({});
const project = 'bough.yml';
const nodes = 'models/raw/orders.yml';
let child: ChildProcess;
let editor: MessageConnection;
const told = new Map<string, (diagnostics: readonly Diagnostic[]) => void>();
let version = 0;

beforeAll(async () => {
  writeJsonSchemas(
    root,
    new Map([
      ['customer_db', 'connection'],
      ['crm_db', 'connection'],
      ['orders_file', 'value'],
    ] as const),
  );
  child = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  if (child.stdout === null || child.stdin === null) throw new Error('the server has no pipes');
  const { StreamMessageReader, StreamMessageWriter } = await import('vscode-jsonrpc/node.js');
  editor = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  editor.onNotification(
    'textDocument/publishDiagnostics',
    ({ uri, diagnostics }: { readonly uri: string; readonly diagnostics: readonly Diagnostic[] }) =>
      told.get(uri)?.(diagnostics),
  );
  editor.onRequest('client/registerCapability', () => null);
  editor.onRequest('workspace/configuration', ({ items }: { readonly items: readonly unknown[] }) =>
    items.map(() => ({ validate: true, completion: true, schemaStore: { enable: false } })),
  );
  editor.listen();
  await editor.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    capabilities: { textDocument: { completion: {} }, workspace: { configuration: true } },
  });
  await editor.sendNotification('initialized', {});
  await editor.sendNotification('workspace/didChangeConfiguration', {
    settings: { yaml: { validate: true, completion: true, schemaStore: { enable: false } } },
  });
}, 60_000);

afterAll(() => {
  editor.dispose();
  child.kill();
});

/** Each text is a file of its own: what is told of one is never taken for another's. */
function open(path: string, text: string): string {
  version += 1;
  const uri = pathToFileURL(join(root, path.replace(/\.yml$/, `-${version}.yml`))).href;
  const schema = path === project ? '.bough/schema/project.json' : '../../.bough/schema/nodes.json';
  void editor.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version, text: `# yaml-language-server: $schema=${schema}\n${text}` },
  });
  return uri;
}

const faults = (path: string, text: string): Promise<readonly string[]> =>
  new Promise((resolve) => {
    const uri = pathToFileURL(join(root, path.replace(/\.yml$/, `-${version + 1}.yml`))).href;
    told.set(uri, (diagnostics) =>
      resolve(diagnostics.map(({ message, range }) => `${range.start.line} ${message.split('\n')[0]}`)),
    );
    open(path, text);
  });

/** What is offered where `|` stands. */
async function offered(path: string, text: string): Promise<readonly string[]> {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  const uri = open(path, text.replace('|', ''));
  const position = { line: before.length, character: before.at(-1)?.length ?? 0 };
  const { items } = await editor.sendRequest<Completion>('textDocument/completion', {
    textDocument: { uri },
    position,
  });
  return items.map(({ label }) => label);
}

describe('a YAML file in an editor', () => {
  it.each([
    [project, 'name: shop\nretention: 12h\ncheck: { rules: { select-star: off } }\n'],
    [project, 'name: shop\nbase: ${BASE}\nenvironments:\n  prod: { status: production }\n'],
    [nodes, 'kind: source\nname: raw.orders\nfile: data/orders.csv\n'],
    [nodes, 'kind: model\nname: a.b\nsql: SELECT 1\n---\nkind: seed\nname: a.c\nfile: x.csv\n'],
  ])('%s is silent where it is right: %j', async (path, text) => {
    expect(await faults(path, text)).toEqual([]);
  });

  it.each([
    [project, 'name: shop\nparamters: {}\n', '2 Property paramters is not allowed.'],
    [project, 'name: shop\ndeterminism: loud\n', '2 Value is not accepted. Valid values: "warn", "error".'],
    [project, 'name: shop\ncheck: { rules: { select-start: off } }\n', '2 Property select-start is not allowed.'],
    [nodes, 'kind: source\nname: raw.orders\nfile: data/orders.csv\nlaod: view\n', '4 Property laod is not allowed.'],
  ])('%s is marked at the line that is wrong: %j', async (path, text, expected) => {
    expect(await faults(path, text)).toContain(expected);
  });

  it('is offered the references that are declared, wherever one can stand', async () => {
    const connections = await offered(nodes, 'kind: source\nname: raw.orders\nconnection: |\n');
    expect(connections).toEqual(expect.arrayContaining(['customer_db', 'crm_db']));
    expect(connections).not.toContain('orders_file');
    const files = await offered(nodes, 'kind: source\nname: raw.orders\nfile:\n  reference: |\n');
    expect(files).toContain('orders_file');
    const bound = await offered(project, 'name: shop\nenvironments:\n  prod:\n    |\n');
    expect(bound).toEqual(expect.arrayContaining(['customer_db', 'crm_db', 'orders_file', 'status']));
    // What is declared since is not wrong until the schemas are written again.
    expect(await faults(nodes, 'kind: source\nname: raw.orders\nconnection: new_db\ntable: a.b\n')).toEqual([]);
    expect(await faults(project, 'name: shop\nenvironments:\n  prod: { new_db: 3, crm_db: { type: x } }\n')).toEqual(
      [],
    );
  });

  it('is completed: keys, values of an enumeration, rules', async () => {
    expect(await offered(project, 'name: shop\nret|\n')).toContain('retention');
    expect(await offered(project, 'name: shop\ndeterminism: |\n')).toEqual(expect.arrayContaining(['warn', 'error']));
    expect(await offered(project, 'name: shop\ncheck:\n  rules:\n    |\n')).toContain('select-star');
    expect(await offered(nodes, 'kind: |\n')).toEqual(expect.arrayContaining(['source', 'seed']));
    expect(await offered(nodes, 'kind: source\nname: raw.orders\n|\n')).toEqual(
      expect.arrayContaining(['file', 'columns', 'description']),
    );
  });
});
