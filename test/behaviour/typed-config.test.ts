import { describe, expect, it } from 'vitest';
import { Subject } from './subject.ts';

const MODEL = 'SELECT * FROM range({{ days }}) AS numbers(day)\n';

const config = (days: string): string =>
  `import { defineProject, environment, value } from 'bough';
import { z } from 'zod';

const years: number = 1;
export default defineProject({
  name: 'typed',
  references: { days: value(z.number().int().min(1)) },
  environments: {
    prod: environment({ status: 'production', days: 2 * years }),
    dev: environment({ status: 'non-production', days: ${days} }),
  },
});
`;

const project = (days: string): Subject => {
  const subject = Subject.make({ 'models/marts/days.sql': MODEL });
  subject.write({ 'bough.yml': null, 'bough.config.ts': config(days) });
  return subject;
};

describe('a project whose configuration is TypeScript', () => {
  it('is run as one in YAML is, each environment with its own values', async () => {
    const subject = project('3');
    await subject.apply('prod');
    await subject.apply('dev');
    expect(await subject.rows('prod', 'SELECT * FROM marts.days')).toEqual(['0', '1']);
    expect(await subject.rows('dev', 'SELECT * FROM marts.days')).toEqual(['0', '1', '2']);
  });

  it('is refused where a value breaks its rule, with the place', async () => {
    const error = await project('0')
      .apply('dev')
      .catch((raw: unknown) => raw);
    expect(error).toMatchObject({
      problems: [
        expect.objectContaining({ severity: 'error', at: expect.objectContaining({ file: 'bough.config.ts' }) }),
      ],
    });
  });

  it('is refused where it cannot be run, with the line', async () => {
    const subject = project('3');
    subject.write({ 'bough.config.ts': 'export const a = 1;\nthrow new Error("no");\n' });
    const error = await subject.apply('dev').catch((raw: unknown) => raw);
    expect(error).toMatchObject({
      problems: [expect.objectContaining({ at: expect.objectContaining({ file: 'bough.config.ts', line: 2 }) })],
    });
  });
});
