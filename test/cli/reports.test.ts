import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import AjvDraft04 from 'ajv-draft-04';
import { describe, expect, it } from 'vitest';
import { reportText } from '../../src/cli/output/reports/report-text.ts';
import { REPORT_FORMS, type Reported } from '../../src/cli/output/reports/report.ts';
import { problem, warning, type Problem } from '../../src/model/problems.ts';
import { GOLDEN } from '../lint/golden.ts';
import { checked, projectOf } from '../lint/checked.ts';
import { bough, ensureBuilt } from '../story/command.ts';

const at = (file: string, line: number, column = 1): { readonly at: Problem['at'] & object } => ({
  at: { file, line, column },
});

const ODD: readonly Problem[] = [
  problem('table-unknown', '100% of `a`,\r\nb: c', { ...at('models/a b/ä,:%.sql', 3, 7), hint: 'two\nlines' }),
  warning('source-missing', 'no place', {}),
  problem('table-unknown', 'the same (a.sql:3:7)', at('x.sql', 1)),
  problem('table-unknown', 'the same (a.sql:4:1)', at('x.sql', 2)),
];

const reported = (problems: readonly Problem[]): Reported => ({
  problems,
  pathOf: (file) => `shop/${file}`,
  version: '1.2.3',
});

const SCHEMA: object = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
    'utf8',
  ),
);
const ajv = new AjvDraft04.default({
  strict: false,
  unicodeRegExp: false,
  formats: {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': /^[\w.~:/?#[\]@!$&'()*+,;=%-]*$/,
    'date-time': true,
  },
});
const validate = ajv.compile(SCHEMA);
const sarif = (problems: readonly Problem[]): unknown => JSON.parse(reportText('sarif', reported(problems)));

describe('SARIF', () => {
  it('is valid against its schema, for every rule and for odd problems', async () => {
    const found = await Promise.all(GOLDEN.map(({ files }) => checked(files)));
    for (const problems of [[], ODD, found.flat(), ...found]) {
      validate(sarif(problems));
      expect(validate.errors ?? []).toEqual([]);
    }
    expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
    expect(validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{}] }] })).toBe(false);
  });

  it('names places by escaped relative references, and rules with what they want', () => {
    const text = JSON.stringify(sarif(ODD));
    expect(text).toContain('"uri":"shop/models/a%20b/%C3%A4%2C%3A%25.sql","uriBaseId":"%SRCROOT%"');
    expect(text).toContain('"region":{"startLine":3,"startColumn":7}');
    expect(text).toContain('"ruleId":"source-missing","ruleIndex":1,"level":"warning"');
  });
});

describe('GitHub', () => {
  it('is workflow commands, and nothing in a problem ends one or begins another', () => {
    expect(reportText('github', reported(ODD)).split('\n')).toEqual([
      '::error file=shop/models/a b/ä%2C%3A%25.sql,line=3,col=7,title=table-unknown::100%25 of `a`,%0D%0Ab: c%0Atwo%0Alines',
      '::warning title=source-missing::no place',
      '::error file=shop/x.sql,line=1,col=1,title=table-unknown::the same (a.sql:3:7)',
      '::error file=shop/x.sql,line=2,col=1,title=table-unknown::the same (a.sql:4:1)',
      '',
    ]);
  });
});

interface Issue {
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: object;
}
const gitlab = (problems: readonly Problem[]): readonly Issue[] => JSON.parse(reportText('gitlab', reported(problems)));

describe('GitLab', () => {
  it('has what Code Quality needs', () => {
    expect(gitlab(ODD)[0]).toEqual({
      description: '100% of `a`,\r\nb: c two\nlines',
      check_name: 'table-unknown',
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      severity: 'major',
      location: { path: 'shop/models/a b/ä,:%.sql', lines: { begin: 3 } },
    });
    expect(gitlab(ODD)[1]).toMatchObject({ severity: 'minor', location: { path: 'shop/bough.yml' } });
  });

  it('fingerprints each problem by itself, wherever its line moves', () => {
    const moved = ODD.map((one) =>
      one.at === undefined ? one : { ...one, at: { ...one.at, line: one.at.line + 40 } },
    );
    const prints = gitlab(ODD).map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(ODD.length);
    expect(gitlab(moved).map(({ fingerprint }) => fingerprint)).toEqual(prints);
    expect(gitlab(ODD.slice(1)).map(({ fingerprint }) => fingerprint)).toEqual(prints.slice(1));
  });
});

describe('bough check --format', () => {
  const root = projectOf({ 'models/marts/x.sql': 'SELECT id FROM raw.nothing\n' });

  it.each(REPORT_FORMS)('%s goes to standard output, alone, with the exit code of text', async (form) => {
    ensureBuilt();
    const { exit, stdout, stderr } = await bough(`${root}/..`, '-C', root, 'check', '--format', form);
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: '' });
    expect(stdout).toContain(`${root.slice(root.lastIndexOf('/') + 1)}/models/marts/x.sql`);
    expect(stdout).toContain('table-unknown');
  });

  it('tells of a broken bough.yml in the same form; json is --json; two forms are refused', async () => {
    const broken = projectOf({ 'bough.yml': 'nam: x\n' });
    const { exit, stdout } = await bough(broken, 'check', '--format', 'github');
    expect(exit).toBe(1);
    expect(stdout).toContain('::error file=bough.yml,line=1,col=1,title=key-unknown::');
    const json = await bough(root, 'check', '--format', 'json');
    expect(json).toEqual(await bough(root, 'check', '--json'));
    expect((await bough(root, 'check', '--json', '--format', 'sarif')).exit).toBe(64);
    expect((await bough(root, 'plan', 'prod', '--json', '--format', 'markdown')).exit).toBe(64);
  });

  it('opens neither a DuckDB file nor a state, be they broken', async () => {
    const broken = { '.bough/warehouse.duckdb': 'no database', '.bough/state.db': 'no database' };
    const files = projectOf({ ...broken, 'models/marts/x.sql': 'SELECT 1 AS one\n' });
    expect(await bough(files, 'check')).toMatchObject({ exit: 0, stderr: '' });
    const kept = Object.keys(broken).map((path) => readFileSync(`${files}/${path}`, 'utf8'));
    expect(kept).toEqual(Object.values(broken));
    const plan = await bough(files, 'plan', 'prod');
    expect(plan.exit, 'what a plan needs is there to be broken').not.toBe(0);
  });

  it('needs no database, no network and no secret', async () => {
    const unreachable = projectOf({
      'bough.yml':
        'name: x\nengine: { type: postgres, url: "postgres://nobody@127.0.0.1:1/none" }\n' +
        'state: { type: postgres, url: "postgres://nobody@127.0.0.1:1/none" }\n' +
        'references: { crm: connection }\nenvironments:\n' +
        '  prod: { crm: { type: postgres, host: 127.0.0.1, port: 1, database: crm, credential: NOT_SET } }\n',
      'models/raw/people.yml': 'kind: source\nname: raw.people\nconnection: crm\ntable: public.people\n',
      'models/marts/people.sql': 'SELECT id FROM raw.people\n',
    });
    const { exit, stdout } = await bough(unreachable, 'check');
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: 'x: 1 source, 0 seeds, 1 model, 1 environment, no errors.\n' });
  });
});
