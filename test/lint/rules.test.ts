import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/lint/rules.ts';
import { found } from '../bindings/wired.ts';
import { lines, type Files } from '../project/projects.ts';

const told = (config: string, files: Files = {}): readonly string[] =>
  lines(found({ 'bough.yml': `name: test\n${config}`, ...files }));

const DB = 'type: postgres, host: db, port: 5432, database: a';
const USES = { 'models/raw/t.yml': 'kind: source\nconnection: db\ntable: t\n' };

describe('rules', () => {
  it('have stable ids, each its own', () => {
    expect(RULES.map(({ id }) => id)).toEqual([
      'environment-undeclared',
      'environment-duplicate',
      'environment-circle',
      'database-shared',
      'selector-overlap',
      'selector-floating',
      'allowance-unused',
      'reference-unused',
    ]);
  });

  const environments = 'environments:\n  prod: { status: production';
  it.each<readonly [rule: string, config: string, files: Files, expected: readonly string[]]>([
    [
      'reference-unmapped',
      'references: { version: release, job: image }\nenvironments:\n  prod: { version: V1.0.0, job: a }\n  dev: { job: b }\n',
      {},
      [
        'bough.yml:5:3 reference-unmapped `dev` does not say what `version` stands for. | Add `version:` to what stands for `dev`.',
      ],
    ],
    [
      'reference-unknown',
      `references: { version: release }\n${environments}, versoin: V1.0.0, version: V1.0.0 }\n`,
      {},
      ['bough.yml:4:40 reference-unknown There is no reference `versoin`. | Did you mean `version`?'],
    ],
    [
      'reference-kind, by what is written',
      `references: { version: release }\n${environments}, version: { ${DB} } }\n`,
      {},
      [
        'bough.yml:4:40 reference-kind `version` is declared as a release, and this is a connection. | A reference stands for the same kind of thing everywhere.',
      ],
    ],
    [
      'reference-kind, by the type of the service',
      `references: { db: { kind: connection, type: duckdb } }\n${environments}, db: { ${DB}, status: production } }\n`,
      USES,
      [
        'bough.yml:4:43 reference-kind `db` is declared as a connection to duckdb, and this is postgres. | A reference stands for the same kind of thing everywhere.',
      ],
    ],
    [
      'reference-circle',
      'references: { a: { alias: b }, b: { alias: a } }\nenvironments: { prod: {} }\n',
      {},
      [
        'bough.yml:2:15 reference-circle These references stand for each other in a circle: a → b → a. | One of them must stand for something of its own.',
      ],
    ],
    [
      'a value that does not fit its type',
      `references: { days: { kind: value, type: integer, minimum: 1 } }\n${environments}, days: many }\n`,
      { 'models/a/b.sql': 'SELECT {{ days }} AS d' },
      ['bough.yml:4:37 yaml-shape `days` must be a number, not text.'],
    ],
    [
      'status-mismatch, both ways',
      `references: { db: connection }\n${environments}, db: { ${DB}, status: non-production } }\n  dev: { status: non-production, db: { type: postgres, host: p, status: production } }\n`,
      USES,
      [
        'bough.yml:4:35 status-mismatch `prod` is production, and `db` leads to postgres db:5432/a, which is non-production. | Bind it to another container, or say why it may: allow: [{ reference: db, reason: … }].',
        'bough.yml:5:38 status-mismatch `dev` is non-production, and `db` leads to postgres p, which is production. | Bind it to another container, or say why it may: allow: [{ reference: db, reason: … }].',
      ],
    ],
    [
      'status-missing',
      `references: { db: connection }\n${environments}, db: { ${DB} } }\n`,
      USES,
      [
        'bough.yml:4:35 status-missing `db` does not say whether postgres db:5432/a is production, and `prod` is production. | Add `status: production` or `non-production`.',
      ],
    ],
    [
      'status-mismatch of a connection that a source writes itself',
      `${environments} }\n`,
      { 'models/raw/t.yml': `kind: source\nconnection: { ${DB}, status: non-production }\ntable: t\n` },
      [
        'models/raw/t.yml:2:13 status-mismatch `prod` is production, and `raw.t` leads to postgres db:5432/a, which is non-production. | Bind it to another container, or say why it may: allow: [{ reference: raw.t, reason: … }].',
      ],
    ],
    [
      'allowance-unused',
      `references: { db: connection }\n${environments}, allow: [{ reference: db, reason: why }], db: { ${DB}, status: production } }\n`,
      USES,
      [
        "bough.yml:4:39 warning allowance-unused `db` needs no permission: it is of the environment's own status. | Remove it, before it permits something else.",
      ],
    ],
    [
      'database-shared',
      `references: { db: connection }\n${environments}, db: { ${DB}, status: production } }\n  dev: { status: non-production, db: { ${DB}, status: non-production } }\n`,
      USES,
      [
        'bough.yml:5:38 database-shared postgres db:5432/a is non-production here, and production as `db` in `prod`. | One of them is wrong, or leads to the wrong database.',
      ],
    ],
    [
      'environment-undeclared',
      'environments:\n  prod: {}\n  dev: { base: prd }\npromotion: [dev, qa]\n',
      {},
      [
        'bough.yml:4:3 environment-undeclared `prd` is the base of `dev`, and is not declared. | Did you mean `prod`?',
        'bough.yml:5:18 environment-undeclared `qa` is part of the promotion path, and is not declared. | Declare it under `environments:`.',
      ],
    ],
    [
      'environment-duplicate',
      'environments:\n  prod: {}\n  dev: {}\n  Dev: {}\n',
      {},
      ['bough.yml:5:3 environment-duplicate `Dev` and `dev` differ in letter case alone. | Rename one of them.'],
    ],
    [
      'environment-circle',
      'environments:\n  prod: {}\n  a: { base: b }\n  b: { base: a }\n',
      {},
      [
        "bough.yml:4:3 environment-circle These environments are each other's base: a → b → a. | Make one of them a root: `base: none`.",
      ],
    ],
    [
      'selector-floating and selector-overlap',
      `references: { version: release }\n${environments}, version: V*.*.* }\n  dev: { version: V1.*.* }\n`,
      {},
      [
        'bough.yml:5:19 warning selector-overlap One tag can be `version` of `prod` (`V*.*.*`) and of `dev` (`V1.*.*`). | Give each its own suffix, as in `V*.*.*-prod` and `V*.*.*-dev`.',
        'bough.yml:4:40 warning selector-floating `version` of `prod` is `V*.*.*`: the next tag that fits is production. | Name the tag, or see what it stands for now: bough resolve.',
      ],
    ],
    [
      'selector-invalid',
      `references: { version: release }\n${environments}, version: { tags: V1.*.*-beta } }\n`,
      {},
      [
        'bough.yml:4:48 selector-invalid The selector `V1.*.*-beta` of `version` takes stable releases only, and `beta` means a pre-release: it can never match. | Write it like `V*.*.*-prod`, where each `*` is a number, or name one tag.',
      ],
    ],
    [
      'reference-unused',
      `references: { days: value }\n${environments}, days: 1 }\n`,
      {},
      [
        'bough.yml:2:15 warning reference-unused No node uses the value `days`. | Put it into SQL as {{ days }}, or remove it.',
      ],
    ],
    [
      'team-unmapped',
      'environments:\n  prod: {}\n  dev: {}\n',
      {
        'teams/growth.yml': 'references: { a: image, b: image }\nenvironments:\n  prod: { a: x, b: y }\n',
      },
      [
        'teams/growth.yml:1:1 team-unmapped The team `growth` does not say what its references stand for in `dev`. | Add `dev:` under its `environments:`.',
      ],
    ],
  ])('%s: position, what is wrong, what to do', (_rule, config, files, expected) => {
    expect(told(config, files)).toEqual(expected);
  });

  it('have nothing to say of a project that is right', () => {
    const config = `references: { db: connection, days: value }
environments:
  prod: { status: production, db: { ${DB}, status: production }, days: 365 }
  dev: { status: non-production, db: { type: postgres, host: dev, status: non-production }, days: 30 }
promotion: [dev, prod]
`;
    expect(told(config, { ...USES, 'models/a/b.sql': 'SELECT {{ days }} AS d' })).toEqual([]);
  });
});
