/** What stands in the place of a secret, wherever one would have been shown. */
export const SHOWN = '[secret]';

/** Shorter values are found in half of all words: masking them would hide the output and tell where they stand. */
const SHORTEST = 6;

/** Passwords that are no secret, and words of Bough's own output. */
const EVERYDAY: ReadonlySet<string> = new Set([
  'postgres',
  'postgresql',
  'password',
  'passwort',
  'changeme',
  'example',
  'secret',
  'localhost',
  'duckdb',
  'sqlite',
  'public',
  'default',
]);

const known = new Set<string>();
let forms: readonly string[] = [];
/** By their first letter. */
let starting: ReadonlyMap<string, readonly string[]> = new Map();
let pattern: RegExp | null = null;

/** From now on this value is masked wherever Bough prints, in every form in which it may be written. */
export function noteSecret(value: string): void {
  if (value.length < SHORTEST || EVERYDAY.has(value.toLowerCase()) || known.has(value)) return;
  known.add(value);
  forms = [...new Set([...forms, ...formsOf(value)])].sort((one, other) => other.length - one.length);
  const letters = [...new Set(forms.map((form) => form.charAt(0)))];
  starting = new Map(letters.map((letter) => [letter, forms.filter((form) => form.startsWith(letter))]));
  pattern = new RegExp(forms.map(escaped).join('|'), 'g');
}

/** The text without any secret that is known by now. */
export const mask = (text: string): string => (pattern === null ? text : text.replaceAll(pattern, SHOWN));

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** A value as it is, and as addresses, JSON, SQL and programs write it. A value of several lines also line by line. */
function formsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= 2 * SHORTEST && line !== value);
  return [value, ...lines].flatMap((text) => written(text)).filter((form) => form.length >= SHORTEST);
}

function written(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = json.replaceAll(/[\u007f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const url = encodeURIComponent(bytes.toString());
  const strict = url.replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const addresses = [url, strict, strict.replaceAll('%20', '+'), encodeURI(bytes.toString())];
  return [
    text,
    json,
    ascii,
    JSON.stringify(json).slice(1, -1),
    text.replaceAll("'", "''"),
    text.replaceAll("'", "\\'"),
    ...addresses,
    ...addresses.map((one) => one.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    ...base64(bytes),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
}

/** By itself, and after one or two bytes of something else, as in `user:password`: what does not depend on these. */
function base64(bytes: Buffer): readonly string[] {
  const inner = [0, 1, 2].map((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    const end = Math.floor((all.length * 8) / 6);
    return all.toString('base64').slice(before === 0 ? 0 : before + 1, end);
  });
  const all = [bytes.toString('base64'), bytes.toString('base64').replace(/=+$/, ''), ...inner];
  return all.flatMap((one) => [one, one.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** Masks a text that comes in pieces: what may be the beginning of a secret is held back until more is known. */
export class Masking {
  #held = '';

  /** What of the text may go out by now. */
  next(piece: string): string {
    if (pattern === null) {
      const all = this.#held + piece;
      this.#held = '';
      return all;
    }
    const text = this.#held + piece;
    let cut = text.length - begun(text);
    for (const { index, 0: found } of text.matchAll(pattern)) {
      if (index >= cut) break;
      cut = Math.max(cut, index + found.length);
    }
    this.#held = text.slice(cut);
    return mask(text.slice(0, cut));
  }

  /** What was held back. */
  end(): string {
    const rest = mask(this.#held);
    this.#held = '';
    return rest;
  }
}

/** Length of the longest end of the text with which a secret begins. */
function begun(text: string): number {
  const longest = Math.min(text.length, (forms[0]?.length ?? 1) - 1);
  for (let length = longest; length > 0; length -= 1) {
    const candidates = starting.get(text.charAt(text.length - length));
    if (candidates === undefined) continue;
    const end = text.slice(text.length - length);
    if (candidates.some((form) => form.length > length && form.startsWith(end))) return length;
  }
  return 0;
}

/** Masks an error, what it carries and what caused it, in place: drivers put into errors whatever they were given. */
export function maskError(raw: unknown, seen: Set<unknown> = new Set()): void {
  if (typeof raw !== 'object' || raw === null || pattern === null || seen.has(raw)) return;
  seen.add(raw);
  for (const key of Reflect.ownKeys(raw)) {
    const property = Reflect.getOwnPropertyDescriptor(raw, key);
    if (property === undefined || !('value' in property)) continue;
    const { value }: { readonly value?: unknown } = property;
    if (typeof value !== 'string') {
      if (raw instanceof Error || Array.isArray(raw)) maskError(value, seen);
      continue;
    }
    const clean = mask(value);
    if (clean !== value && property.configurable === true)
      Object.defineProperty(raw, key, { ...property, value: clean });
  }
}
