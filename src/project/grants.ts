import { z } from 'zod';
import type { Path, YamlDocument } from '../files/yaml.ts';
import { PRIVILEGES, type Grant } from '../model/grants.ts';

const privilege = z.enum(PRIVILEGES);

/** What roles may do, by their names. */
export const grantsSchema = z.record(
  z.string().regex(/\S/, 'must name a role'),
  z.union([privilege, z.array(privilege).min(1, 'must list at least one privilege')]),
);

type WrittenGrants = z.infer<typeof grantsSchema>;

/** Each with its place. */
export const grantsOf = (written: WrittenGrants, document: Pick<YamlDocument, 'keyAt'>, path: Path): readonly Grant[] =>
  Object.entries(written).map(([role, privileges]) => ({
    role,
    privileges: typeof privileges === 'string' ? [privileges] : [...new Set(privileges)],
    at: document.keyAt([...path, role]),
  }));
