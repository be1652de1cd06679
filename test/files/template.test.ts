import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fill, parseTemplate, variablesOf } from '../../src/files/template.ts';

const VALUES: Readonly<Record<string, string>> = { HOST: 'db', PORT: '5432', EMPTY: '', NESTED: '${HOST}' };
const lookup = (name: string): string | null => (Object.hasOwn(VALUES, name) ? (VALUES[name] ?? null) : null);

function filled(text: string): string {
  const template = parseTemplate(text);
  if (!template.ok) return `fault at ${template.offset}: ${template.why}`;
  const { text: made, missing } = fill(template.pieces, lookup);
  return missing.length === 0 ? made : `missing ${missing.map((one) => `${one.name}@${one.offset}`).join(' ')}`;
}

describe('a text with variables', () => {
  it.each([
    ['${HOST}:${PORT}', 'db:5432'],
    ['plain', 'plain'],
    ['${GONE:-localhost}', 'localhost'],
    ['${EMPTY:-localhost}', 'localhost'],
    ['${GONE:-}', ''],
    ['${GONE:-${HOST}}', 'db'],
    ['${GONE:-a ${ALSO_GONE:-b} c}', 'a b c'],
    ['${GONE:-{}}', '{}'],
    ['$${HOST}', '${HOST}'],
    ['costs $5 or $$5', 'costs $5 or $$5'],
    ['${NESTED}', '${HOST}'],
    ['$HOST', '$HOST'],
    ['${GONE} ${HOST} ${ALSO}', 'missing GONE@0 ALSO@16'],
    ['${EMPTY}', 'missing EMPTY@0'],
    ['a ${GONE:?tell me}', 'missing GONE@2'],
    ['a ${', 'fault at 2: after `${` comes the name of a variable'],
    ['${1A}', 'fault at 0: after `${` comes the name of a variable'],
    ['x ${HOST', 'fault at 2: `${HOST` is never closed: `}` is missing'],
    ['${HOST:-x', 'fault at 0: `${HOST` is never closed: `}` is missing'],
    ['${HOST-x}', 'fault at 0: `${HOST` has neither `}` nor `:-` nor `:?` next'],
  ])('%s → %s', (text, expected) => {
    expect(filled(text)).toBe(expected);
  });

  it('tells which variables it may use', () => {
    const template = parseTemplate('${A:-${B:-x}} ${C}');
    expect(template.ok && variablesOf(template.pieces)).toEqual(['A', 'B', 'C']);
  });

  it('is any text, with every `${` escaped', () => {
    fc.assert(fc.property(fc.string(), (text) => filled(text.replaceAll('${', '$${')) === text));
  });

  it('never reads again what it has put in', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        const template = parseTemplate('<${X}>');
        return template.ok && fill(template.pieces, () => value).text === `<${value}>`;
      }),
    );
  });
});
