import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A secret that nothing else can be mistaken for. */
export interface Canary {
  /** Where it was put. */
  readonly name: string;
  readonly value: string;
}

const ALPHABET = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const letters = (): string => Array.from(randomBytes(12), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
/** Every encoding writes these in another way than they are. */
const CHANGED = '/+%"\\é';

export const canary = (name: string): Canary => ({ name, value: `${letters()}${CHANGED}${letters()}` });

/** A text in a place: a file, an output, an error. */
export interface Evidence {
  readonly where: string;
  readonly content: Buffer | string;
}

/** One needle in the hay, as it is written there. */
interface Needle {
  readonly canary: string;
  readonly form: string;
  readonly bytes: Buffer;
}

/**
 * Every way in which a canary could be written, by which it is looked for. Its two ends have letters alone, which addresses and
 * JSON leave as they are: whoever writes a part of it, or escapes it in a way of his own, is seen by them.
 */
function needlesOf({ name, value }: Canary): readonly Needle[] {
  const [head = '', tail = ''] = value.split(CHANGED);
  return [value, head, tail].flatMap((part) =>
    Object.entries(written(part)).map(([form, text]) => ({ canary: name, form, bytes: Buffer.from(text) })),
  );
}

function written(text: string): Readonly<Record<string, string>> {
  const bytes = Buffer.from(text);
  const json = JSON.stringify(text).slice(1, -1);
  const sha256 = createHash('sha256').update(bytes).digest();
  return {
    plain: text,
    url: encodeURIComponent(text),
    'url, lower case': encodeURIComponent(text).replaceAll(/%../g, (code) => code.toLowerCase()),
    uri: encodeURI(text),
    json,
    'json, ascii': json.replaceAll('é', '\\u00e9'),
    'json in json': JSON.stringify(json).slice(1, -1),
    hex: bytes.toString('hex'),
    'hex, upper case': bytes.toString('hex').toUpperCase(),
    'sha256, hex': sha256.toString('hex'),
    'sha256, base64': sha256.toString('base64'),
    utf16: Buffer.from(text, 'utf16le').toString('latin1'),
    ...base64(bytes),
  };
}

/** After zero, one or two bytes of something else; without the ends, which depend on what stands around. */
function base64(bytes: Buffer): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [0, 1, 2].flatMap((before) => {
      const all = Buffer.concat([Buffer.alloc(before), bytes])
        .toString('base64')
        .replace(/=+$/, '');
      const inner = all.slice(before === 0 ? 0 : before + 1, -1);
      return [
        [`base64 +${before}`, inner],
        [`base64url +${before}`, inner.replaceAll('+', '-').replaceAll('/', '_')],
      ];
    }),
  );
}

/** Every place in which a canary is seen, in words. */
export function sightings(canaries: readonly Canary[], evidence: readonly Evidence[]): readonly string[] {
  const needles = canaries.flatMap(needlesOf);
  return evidence.flatMap(({ where, content }) => {
    const bytes = Buffer.from(content);
    const seen = needles.filter((needle) => bytes.includes(needle.bytes));
    return [...new Set(seen.map(({ canary: name, form }) => `${name} in ${where}: ${form}`))];
  });
}

/** The bytes of every file below a folder, with the names of all of them. */
export function filesOf(folder: string): readonly Evidence[] {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return [
    { where: `names in ${folder}`, content: paths.join('\n') },
    ...paths.map((path) => ({ where: path, content: readFileSync(path) })),
  ];
}
