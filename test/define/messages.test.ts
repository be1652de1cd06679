import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folder } from '../project/projects.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the compiler says of a `bough.config.ts` that ends like this. */
function compiled(body: string): string {
  const home = folder();
  const index = join(root, 'src/define/index.ts');
  writeFileSync(
    join(home, 'bough.config.ts'),
    `import { connection, defineProject, environment, postgres, release, tags } from '${index}';
const db = postgres({ host: 'dev-db.internal', database: 'customers', status: 'non-production' });
export default ${body};
`,
  );
  // What a user would have: nothing but strict. The types of Node are for what stands behind ours; users get declarations.
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    skipLibCheck: true,
    allowImportingTsExtensions: true,
  };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['bough.config.ts'] }));
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  return spawnSync(process.execPath, [join(root, 'node_modules/.bin/tsc'), '-p', home], { encoding: 'utf8' }).stdout;
}

const project = (bindings: string, more = ''): string =>
  `defineProject({
  references: { customer_db: connection('postgres'), version: release() },
  environments: { prod: environment({ ${bindings} }) },${more}
})`;

describe('what the compiler says', () => {
  it.each([
    ['a reference that is missing', project('customer_db: db'), '`prod` does not say what `version` stands for'],
    [
      'a misspelt reference',
      project("customer_db: db, version: 'V1', custmer_db: db"),
      'there is no reference `custmer_db`',
    ],
    [
      'a misspelt reference, whose own name is then bound to nothing',
      project("custmer_db: db, version: 'V1'"),
      'there is no reference `custmer_db`',
    ],
    [
      'a wrong kind',
      project("customer_db: tags('V*'), version: 'V1'"),
      '`customer_db` is a connection: bind a container, as with postgres({ … })',
    ],
    [
      'a status that is not the environment’s',
      project("status: 'production', customer_db: db, version: 'V1'"),
      '`customer_db` is non-production, and its environment is production',
    ],
    [
      'an environment in the promotion path that does not exist',
      project("customer_db: db, version: 'V1'", " promotion: ['dev', 'prod'],"),
      'there is no environment `dev`',
    ],
  ])('%s: a sentence', (_what, body, sentence) => {
    const text = compiled(body);
    expect(text.match(/error TS/g)).toHaveLength(1);
    expect(text).toContain(`Mistake<"${sentence}.">`);
  });

  it('of a project that is right: nothing', () => {
    expect(compiled(project("customer_db: db, version: 'V1'"))).toBe('');
  });
});
