import { z } from 'zod';
import type { Path, YamlDocument } from '../files/yaml.ts';
import { isEnvironmentWord } from '../model/environments.ts';
import { asReferenceName, type ReferenceName, type TeamName } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import { asError, problem, type Problem } from '../model/problems.ts';
import type { Alias, Reference, ReferenceKind } from '../model/references.ts';
import { VALUE_KEYS, type WrittenReference, type WrittenReferences } from './wiring-schemas.ts';

export interface Declared {
  readonly references: readonly Reference[];
  readonly aliases: readonly Alias[];
}

/** A name as its team, or the project itself, declares it. */
export const qualified = (team: TeamName | null, name: string): ReferenceName =>
  asReferenceName(team === null ? name : `${team}.${name}`);

interface Place {
  readonly document: YamlDocument;
  readonly team: TeamName | null;
  readonly problems: Problem[];
}

/** What stands under `references:`. */
export function readReferences(written: WrittenReferences, place: Place): Declared {
  const references: Reference[] = [];
  const aliases: Alias[] = [];
  for (const [name, one] of Object.entries(written)) {
    const path: Path = ['references', name];
    const at = place.document.keyAt(path);
    if (isEnvironmentWord(name)) {
      const message = `A reference cannot be named \`${name}\`: the word has a meaning of its own in an environment.`;
      place.problems.push(problem('name-invalid', message, { at, hint: 'Choose another name.' }));
    }
    const full = typeof one === 'string' ? { kind: one } : one;
    if (full.alias !== undefined) {
      aliases.push({ name: qualified(place.team, name), of: asReferenceName(full.alias), at });
      misplaced(full, ['alias', 'description'], 'an alias', path, place);
      continue;
    }
    const reference = referenceOf(name, full, path, place);
    if (reference !== null) references.push(reference);
  }
  return { references, aliases };
}

const KEYS: Readonly<Record<ReferenceKind, readonly string[]>> = {
  connection: ['type'],
  release: ['repository'],
  image: [],
  value: ['schema', ...VALUE_KEYS],
  secret: [],
};

function referenceOf(name: string, written: WrittenReference, path: Path, place: Place): Reference | null {
  const { kind, description = null, repository = null } = written;
  const { team, document } = place;
  if (kind === undefined) {
    const hint = 'Give it a kind: connection, release, image, value or secret.';
    place.problems.push(
      problem('yaml-shape', `\`${path.join('.')}.kind\` is missing.`, { at: document.at(path), hint }),
    );
    return null;
  }
  misplaced(written, ['kind', 'description', ...KEYS[kind]], `a reference of kind ${kind}`, path, place);
  const common = { name: qualified(team, name), team, description, at: document.keyAt(path) };
  if (kind === 'release') return { ...common, kind, repository };
  if (kind === 'value') return { ...common, kind, schema: valueSchema(written, path, place) };
  if (kind !== 'connection') return { ...common, kind };
  return { ...common, kind, type: typeof written.type === 'string' ? written.type : null };
}

/** The JSON Schema of a value: given whole, or by its keys beside `kind`. */
function valueSchema(written: WrittenReference, path: Path, place: Place): { readonly [key: string]: Json } | null {
  const schema: Record<string, Json> = { ...written.schema };
  for (const key of VALUE_KEYS) if (written[key] !== undefined) schema[key] = written[key];
  if (Object.keys(schema).length === 0) return null;
  try {
    z.fromJSONSchema(schema);
    return schema;
  } catch (raw) {
    const message = `\`${path.join('.')}\` is no type of a value: ${asError(raw).message}.`;
    place.problems.push(
      problem('yaml-shape', message, { at: place.document.at(path), hint: 'It is a JSON Schema: `type: integer`.' }),
    );
    return null;
  }
}

function misplaced(written: object, allowed: readonly string[], what: string, path: Path, place: Place): void {
  for (const key of Object.keys(written).filter((one) => !allowed.includes(one))) {
    const at = place.document.keyAt([...path, key]);
    const hint = `Known here: ${allowed.join(', ')}.`;
    place.problems.push(problem('key-unknown', `\`${key}\` has no meaning for ${what}.`, { at, hint }));
  }
}
