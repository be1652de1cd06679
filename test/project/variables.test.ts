import { describe, expect, it } from 'vitest';
import { asEnvironmentName, asReferenceName } from '../../src/model/ids.ts';
import type { Config } from '../../src/model/project.ts';
import { loadConfig } from '../../src/project/index.ts';
import { project, refusal } from './projects.ts';

const SET: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': { NAME: 'shop', THREADS: '2', MODE: 'full', DIR: 'data' },
  prod: { DIR: 'prod-data' },
};

/** Variables of all environments, and of one over them. */
const variables =
  (environment: string | null) =>
  (name: string): string | null =>
    SET[environment ?? '']?.[name] ?? SET['']?.[name] ?? null;

const config = (text: string): Config => loadConfig(project({ 'bough.yml': text }), variables);

describe('variables in bough.yml', () => {
  it('are put in before anything is checked', () => {
    const read = config(
      [
        'name: ${NAME}-${STAGE:-local}',
        'engine: { path: "${DIR}/x.duckdb" }',
        'timezone: "${ZONE:-Europe/Berlin}"',
        'parameters:',
        '  threads: ${THREADS}',
        '  text: "${THREADS}"',
        '  mode: ${MODE}',
        '  literal: $${MODE}',
      ].join('\n'),
    );
    expect(read.name).toBe('shop-local');
    expect(read.engine).toMatchObject({ path: expect.stringMatching(/data\/x\.duckdb$/) });
    expect(read.timezone).toBe('Europe/Berlin');
    expect(read.parameters).toEqual({ threads: 2, text: '2', mode: 'full', literal: '${MODE}' });
  });

  it('are listed all at once where they are missing', () => {
    const root = project({
      'bough.yml':
        'name: ${ONE}\nengine:\n  threads: ${TWO:?as many as there are cores}\nparameters: { x: "a ${THREE}" }\n',
      'teams/growth.yml': 'references:\n  x: { kind: release, repository: "${FOUR}" }\n',
    });
    expect(refusal(() => loadConfig(root, variables))).toEqual([
      expect.stringMatching(/^bough.yml:1:7 variable-missing The variable `ONE` is not set\./),
      expect.stringMatching(
        /^bough.yml:3:12 variable-missing The variable `TWO` is not set: as many as there are cores\./,
      ),
      expect.stringMatching(/^bough.yml:4:21 variable-missing The variable `THREE` is not set\./),
      expect.stringMatching(/^teams\/growth.yml:2:36 variable-missing The variable `FOUR` is not set\./),
    ]);
  });

  it('are those of the environment in what it says of itself, and missing ones concern nobody else', () => {
    const read = config(
      [
        'name: shop',
        'environments:',
        '  prod:',
        '    engine:',
        '      path: ${DIR}/p.duckdb',
        '  qa:',
        '    base: none',
        '    engine:',
        '      path: ${QA_DIR}/q.duckdb',
      ].join('\n'),
    );
    const { environments } = read.wiring;
    expect(environments.get(asEnvironmentName('prod'))).toMatchObject({
      home: { engine: { path: expect.stringMatching(/prod-data\/p\.duckdb$/) } },
      unset: [],
    });
    expect(environments.get(asEnvironmentName('qa'))?.unset).toMatchObject([
      { code: 'variable-missing', at: { file: 'bough.yml', line: 9, column: 13 } },
    ]);
  });

  it('stay as they are written in what references stand for', () => {
    const { wiring } = config('name: x\nreferences: { days: value }\nenvironments:\n  prod:\n    days: ${DAYS}\n');
    const written = wiring.environments.get(asEnvironmentName('prod'))?.bindings.get(asReferenceName('days'));
    expect(written?.value).toBe('${DAYS}');
  });

  it('are no pieces of YAML', () => {
    const root = project({ 'bough.yml': 'name: ${EVIL}\n' });
    const evil = 'x\nbase: hacked\n&a *a {{ }}';
    expect(loadConfig(root, () => () => evil).name).toBe(evil);
  });

  it('refuse what looks like one and is none', () => {
    const root = project({ 'bough.yml': 'name: a ${}\n' });
    expect(refusal(() => loadConfig(root, variables))).toEqual([
      expect.stringMatching(/^bough.yml:1:9 template-syntax This is no variable/),
    ]);
  });
});

describe('a variable in a flow collection', () => {
  it.each(['name: x\nparameters: { a: ${A} }\n', 'name: x\nbranches: [${A}]\n'])('needs quotes: %s', (text) => {
    const [told = ''] = refusal(() => loadConfig(project({ 'bough.yml': text }), variables));
    expect(told).toContain('yaml-syntax');
    expect(told).toContain('a variable stands in quotes: "${VAR}"');
  });
});
