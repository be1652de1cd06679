import { z } from 'zod';
import { BRANCH, type BranchRule } from '../model/branches.ts';
import { asEnvironmentName, type EnvironmentName } from '../model/ids.ts';
import { templateFault, type Naming } from '../model/naming.ts';
import { problem, type Problem } from '../model/problems.ts';
import type { Path, YamlDocument } from '../files/yaml.ts';
import { text } from './schemas.ts';

const catalog = text.optional().describe('No engine can do this: see the documentation');

/** `names:` of one environment. */
export const ownNamesSchema = z.strictObject({
  schema: text.optional().describe('Template of the names of its schemas, as in `{schema}_{ENV}`'),
  catalog,
});

/** `names:` of the project. */
export const namesSchema = z.strictObject({
  schema: text.optional().describe("Template of the names of every environment's schemas, as in `{schema}_{ENV}`"),
  shared: z.array(text).optional().describe('Schemas that bear one name in every environment; only a root writes them'),
  catalog,
});

interface WrittenNames {
  readonly names?: z.infer<typeof namesSchema> | undefined;
  /** Environments that the file declares, with what they say of names. */
  readonly environments: ReadonlyMap<EnvironmentName, z.infer<typeof ownNamesSchema> | undefined>;
  readonly base: EnvironmentName;
  readonly branches: readonly BranchRule[];
}

/** How the files want views named; what is wrong with a template is told at its place. */
export function namingOf(written: WrittenNames, document: YamlDocument, problems: Problem[]): Naming {
  const { names = {}, environments, base, branches } = written;
  if (names.catalog !== undefined) problems.push(catalogProblem(['names', 'catalog'], document));
  const schemas = new Map<EnvironmentName, string>();
  for (const [name, own] of environments) {
    const path = ['environments', name, 'names'];
    if (own?.catalog !== undefined) problems.push(catalogProblem([...path, 'catalog'], document));
    if (own?.schema === undefined) continue;
    if (isTemplate(own.schema, [...path, 'schema'], document, problems)) schemas.set(name, own.schema);
  }
  const fixed = branches.flatMap(({ environment }) =>
    environment.includes(BRANCH) ? [] : [asEnvironmentName(environment)],
  );
  const { schema = null, shared = [] } = names;
  const fits = schema !== null && isTemplate(schema, ['names', 'schema'], document, problems);
  return {
    schema: fits ? schema : null,
    schemas,
    shared: shared.map((one, index) => ({ schema: one, at: document.at(['names', 'shared', index]) })),
    declared: [...new Set([base, ...environments.keys(), ...fixed])],
  };
}

/** Builds and the marker that a publication commits by lie in one catalog, and so must the views that move with them. */
const catalogProblem = (path: Path, document: YamlDocument): Problem =>
  problem(
    'catalog-template',
    'No environment has a catalog of its own: neither DuckDB nor PostgreSQL moves views in two catalogs by one transaction.',
    {
      at: document.at(path),
      hint: 'Keep environments apart by `names: { schema: … }`, or give one a database of its own: `base: none`.',
    },
  );

function isTemplate(template: string, path: Path, document: YamlDocument, problems: Problem[]): boolean {
  const fault = templateFault(template);
  if (fault === null) return true;
  const hint = 'Write it like `{env}_{schema}`, `{schema}_{ENV}` or `{schema}`.';
  problems.push(problem('name-template', `The template \`${template}\` ${fault}.`, { at: document.at(path), hint }));
  return false;
}
