import { beforeAll, describe, expect, it } from 'vitest';
import { folderWith } from '../bindings/folder.ts';
import { bough, ensureBuilt } from '../story/command.ts';

const FILES = {
  'bough.yml': 'name: shop\n',
  'config/training/base.yaml': 'train_days: 30\nmodel:\n  n_estimators: 100\n  learning_rate: 0.1\n',
  'config/training/prod.override.yaml': 'train_days: 365\n',
  'config/training/dev.override.yaml': 'train_days: ${TRAIN_DAYS:-7}\nmodel:\n  max_depth: ${DEPTH}\n',
  '.env': 'DEPTH=3\n',
};

describe('bough config', () => {
  beforeAll(ensureBuilt);

  it('show prints the merged values with the places that set them', async () => {
    const { stdout, exit } = await bough(folderWith(FILES), 'config', 'show', '--env', 'dev');
    expect(exit).toBe(0);
    expect(stdout).toBe(
      [
        'value                         dev  set by',
        '────────────────────────────  ───  ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────',
        'training.model.learning_rate  0.1  config/training/base.yaml:4:18',
        'training.model.max_depth      3    config/training/dev.override.yaml:3:14 with DEPTH in .env:1:1',
        'training.model.n_estimators   100  config/training/base.yaml:3:17',
        'training.train_days           7    config/training/dev.override.yaml:1:13, over config/training/prod.override.yaml:1:13, config/training/base.yaml:1:13',
        '',
      ].join('\n'),
    );
  });

  it('knows the environments that are declared', async () => {
    const declared = { ...FILES, 'bough.yml': 'name: shop\nenvironments: { prod: {}, dev: {} }\n' };
    for (const argv of [
      ['show', '--env', 'dve'],
      ['diff', 'prod', 'dve'],
    ]) {
      const { exit, stderr } = await bough(folderWith(declared), 'config', ...argv);
      expect([exit, stderr]).toEqual([1, expect.stringContaining('Did you mean `dev`?')]);
    }
  });

  it('and all other commands list what is missing at once, wherever it is', async () => {
    const config = `name: \${NAME}
references: { days: value }
environments:
  prod: { days: "\${DAYS}", base: "\${BASE}" }
  dev: { days: 3 }
`;
    const { exit, stderr } = await bough(
      folderWith({ ...FILES, 'bough.yml': config, '.env': '' }),
      'config',
      'show',
      '--env',
      'dev',
    );
    expect(exit).toBe(1);
    const told = [...stderr.matchAll(/^(\w+)\[variable-missing\] (\S+)\n  The variable `(\w+)`/gm)].map((one) =>
      one.slice(1),
    );
    expect(told).toEqual([
      ['error', 'bough.yml:1:7', 'NAME'],
      ['warning', 'bough.yml:4:18', 'DAYS'],
      ['warning', 'bough.yml:4:35', 'BASE'],
      ['warning', 'config/training/dev.override.yaml:3:14', 'DEPTH'],
    ]);
  });

  it('diff prints what differs and nothing else', async () => {
    const { stdout, exit } = await bough(folderWith(FILES), 'config', 'diff', 'dev', 'prod');
    expect(exit).toBe(0);
    expect(stdout.split('\n').slice(2)).toEqual([
      'training.model.max_depth  3    —     config/training/dev.override.yaml:3:14 with DEPTH in .env:1:1',
      'training.train_days       7    365   config/training/dev.override.yaml:1:13 | config/training/prod.override.yaml:1:13',
      '',
    ]);
    const same = await bough(folderWith(FILES), 'config', 'diff', 'prod', 'prod');
    expect(same.stdout).toBe('prod and prod agree in all of their values (3 values).\n');
  });

  it('prints documents for programs', async () => {
    const { stdout } = await bough(folderWith(FILES), 'config', 'diff', 'prod', 'dev', '--json');
    const place = (file: string, line: number, column: number): object => ({ file, line, column });
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'bough.config-diff/1',
      environments: ['prod', 'dev'],
      values: [
        {
          name: 'training.model.max_depth',
          a: null,
          b: {
            value: 3,
            set_by: [
              place('config/training/dev.override.yaml', 3, 14),
              { variable: 'DEPTH', file: '.env', line: 1, column: 1 },
            ],
          },
        },
        { name: 'training.train_days', a: { value: 365 }, b: { value: 7 } },
      ],
    });
  });

  it('lists everything that is missing at once, with its place', async () => {
    const files = { ...FILES, '.env': '', 'config/scoring/base.yaml': 'x: ${ONE:?ask the team}\n' };
    const { stderr, stdout, exit } = await bough(folderWith(files), 'config', 'show', '--env', 'dev');
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toContain('error[variable-missing] config/scoring/base.yaml:1:4');
    expect(stderr).toContain('The variable `ONE` is not set: ask the team.');
    expect(stderr).toContain('error[variable-missing] config/training/dev.override.yaml:3:14');
  });

  it('says that there are none', async () => {
    const { stdout } = await bough(folderWith({ 'bough.yml': 'name: shop\n' }), 'config', 'show');
    expect(stdout).toBe('prod has no values: overlays stand in config/<part>/base.yaml.\n');
  });
});
