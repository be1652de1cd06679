import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { FILE_KINDS, jsonSchemaOf, writeJsonSchemas } from '../../src/cli/json-schemas.ts';
import { bough, ensureBuilt } from '../story/command.ts';
import { play } from './fake.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bough-schema-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const VALIDATE = new Map(FILE_KINDS.map(({ kind }) => [kind, new Ajv({ strict: false }).compile(jsonSchemaOf(kind))]));

/** What a schema says against the documents of a file. */
function faults(kind: string, text: string): readonly string[] {
  const validate = VALIDATE.get(kind);
  if (validate === undefined) throw new Error(`no schema of ${kind}`);
  const documents = parseAllDocuments(text, { stringKeys: true });
  if ('empty' in documents) return [];
  return documents.flatMap((document) =>
    validate(document.toJS()) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message ?? ''}`),
  );
}

/** Every file that the pages for users show, and that their own test loads. */
const SHOWN = ['docs/projects.md', 'docs/environments.md']
  .filter((page) => existsSync(join(root, page)))
  .flatMap((page) => [...readFileSync(join(root, page), 'utf8').matchAll(/^```yaml (\S+)\n([^]*?)^```$/gm)])
  .map(([, path = '', text = '']) => ({ path, text }));

const kindOf = (path: string): string | null => {
  if (path === 'bough.yml') return 'project';
  if (/^models\/.*\.ya?ml$/.test(path)) return 'nodes';
  return /^profiles[^/]*\.yml$/.test(path) ? 'profiles' : null;
};

describe('a JSON Schema', () => {
  it('lets through what Bough reads', () => {
    const checked = SHOWN.flatMap(({ path, text }) => {
      const kind = kindOf(path);
      return kind === null ? [] : [{ kind, path, faults: faults(kind, text) }];
    });
    expect(checked.filter((one) => one.faults.length > 0)).toEqual([]);
    expect(new Set(checked.map(({ kind }) => kind))).toContain('nodes');
    expect(checked.length).toBeGreaterThan(8);
  });

  it.each([
    ['project', 'name: x\nparamters: {}\n'],
    ['project', 'base: prod\n'],
    ['project', 'name: x\nengine: { threads: 0 }\n'],
    ['project', 'name: x\nnames: { shared: A }\n'],
    ['project', 'name: x\nbranches: { a: { environment: b, tll: 3d } }\n'],
    ['nodes', 'kind: sorce\nname: a.b\n'],
    ['nodes', 'kind: source\nname: a.b\nfile: x.csv\nlaod: view\n'],
    ['nodes', 'kind: model\nname: a.b\n'],
    ['profiles', 'conections: {}\n'],
  ])('of %s says what is wrong with %j', (kind, text) => {
    expect(faults(kind, text)).not.toEqual([]);
  });

  it('takes ${VAR} where a value may come from outside', () => {
    expect(faults('project', 'name: x\nengine: { threads: "${THREADS:-2}" }\nbase: ${BASE}\n')).toEqual([]);
    expect(faults('project', 'name: x\nengine: { threads: two }\n')).not.toEqual([]);
    expect(faults('nodes', 'kind: seed\nname: a.b\nfile: x.csv\ncsv: { header: "${X}" }\n')).not.toEqual([]);
  });

  it('takes a size in any letter case, as Bough does', () => {
    expect(faults('project', 'name: x\nengine: { memory_limit: 4gb }\n')).toEqual([]);
  });
});

describe('bough schema', () => {
  it('lists the kinds of files, prints one, and knows the nearest name', async () => {
    expect((await play(['schema'])).stdout).toContain('nodes     models/**/*.yml, models/**/*.yaml');
    expect(JSON.parse((await play(['schema', 'project'])).stdout)).toEqual(jsonSchemaOf('project'));
    expect(JSON.parse((await play(['schema', 'nodes', '--json'])).stdout)).toEqual(jsonSchemaOf('nodes'));
    const wrong = await play(['schema', 'node']);
    expect(wrong.exit).toBe(64);
    expect(wrong.stderr).toContain('Did you mean `nodes`?');
  });

  it('writes them into a project; what is right is not written again', async () => {
    expect((await play(['-C', folder, 'schema', '--write'])).stderr).toContain('project-not-found');
    writeFileSync(join(folder, 'bough.yml'), 'name: x\n');
    const { stdout } = await play(['-C', folder, 'schema', '--write']);
    expect(stdout).toBe(
      writeJsonSchemas(folder, new Map())
        .map((path) => `${path}\n`)
        .join(''),
    );
    writeFileSync(join(folder, '.bough/schema/project.json'), 'old');
    writeJsonSchemas(folder, new Map());
    expect(JSON.parse(readFileSync(join(folder, '.bough/schema/project.json'), 'utf8'))).toEqual(
      jsonSchemaOf('project'),
    );
  });
});

describe('bough init', () => {
  const project = join(folder, 'shop');
  beforeAll(async () => {
    ensureBuilt();
    await bough(folder, '-C', project, 'init', 'shop');
  });

  it.each(['bough.yml', 'models/raw/orders.yml'])('writes %s with the way to its schema, which is there', (path) => {
    const text = readFileSync(join(project, path), 'utf8');
    const [, place = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    const schema = resolve(project, dirname(path), place);
    expect(JSON.parse(readFileSync(schema, 'utf8'))).toEqual(jsonSchemaOf(kindOf(path) ?? ''));
    expect(faults(kindOf(path) ?? '', text)).toEqual([]);
  });

  it('keeps the schemas out of git, and check brings them back', async () => {
    expect(readFileSync(join(project, '.bough/.gitignore'), 'utf8')).toBe('*\n');
    rmSync(join(project, '.bough'), { recursive: true });
    expect((await bough(project, 'check')).exit).toBe(0);
    const nodes = join(project, '.bough/schema/nodes.json');
    expect(existsSync(nodes)).toBe(true);
    // They are made anew where another build made them, or other references were declared, and not at every check.
    writeFileSync(nodes, 'of another build');
    await bough(project, 'check');
    expect(readFileSync(nodes, 'utf8')).toBe('of another build');
    writeFileSync(join(project, '.bough/schema/.made-of'), 'another build');
    await bough(project, 'check');
    expect(JSON.parse(readFileSync(nodes, 'utf8'))).toEqual(jsonSchemaOf('nodes'));
  });
});
