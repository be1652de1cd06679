import type { Json } from '../../model/json.ts';
import type { Answer } from '../../postgres/wire.ts';
import type { Connection } from './connection.ts';
import { kindsOf, type TypeKind } from './types.ts';

const BOOL = 16;
const INTEGERS: ReadonlySet<number> = new Set([21, 23]);
const FLOATS: ReadonlySet<number> = new Set([700, 701]);
const TIMESTAMPTZ = 1184;

/**
 * Rows as the contract wants them. Booleans, integers up to 32 bits and finite floats are native (NaN and the infinities
 * are strings); arrays are JSON of the same kind; all else is the text that the server itself prints, with timestamps
 * that have a zone in UTC.
 */
export async function jsonRows(
  connection: Connection,
  { fields, rows }: Answer,
): Promise<readonly (readonly Json[])[]> {
  const kinds = await kindsOf(
    connection,
    fields.map(({ type }) => type),
    connection.types,
  );
  return rows.map((row) => row.map((value, at) => toJson(value, fields[at]?.type ?? 0, kinds)));
}

function toJson(value: string | null, type: number, kinds: ReadonlyMap<number, TypeKind>): Json {
  if (value === null) return null;
  const kind = kinds.get(type);
  if (kind !== undefined && kind.base !== type) return toJson(value, kind.base, kinds);
  if (type === BOOL) return value === 't';
  if (INTEGERS.has(type)) return Number(value);
  if (FLOATS.has(type)) return Number.isFinite(Number(value)) ? Number(value) : value;
  if (type === TIMESTAMPTZ) return inUtc(value);
  const element = kind?.element ?? null;
  if (element === null) return value;
  return new ArrayText(value).items((item) => toJson(item, element, kinds));
}

const ZONED = /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d+)?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/;

/** One instant has one text. What a Date cannot count (before the year 1, after 275760) keeps the session's zone. */
function inUtc(text: string): string {
  const found = ZONED.exec(text);
  if (found === null) return text;
  const [, year, month, day, hour, minute, second, fraction = '', sign, hours, minutes = 0, seconds = 0] = found;
  const shift = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (shift === 0) return `${text.slice(0, text.length - 3)}+00`;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second) + (sign === '-' ? shift : -shift));
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1) return text;
  const iso = date.toISOString().replace(/^\+0?/, '');
  return `${iso.slice(0, -5).replace('T', ' ')}${fraction}+00`;
}

/** `{1,NULL,"a \"b\"",{2}}`, also with bounds before it: `[0:1]={…}`. */
class ArrayText {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.indexOf('{');
  }

  items(convert: (item: string | null) => Json): Json[] {
    const found: Json[] = [];
    this.#at += 1;
    while (this.#text[this.#at] !== '}') {
      if (this.#text[this.#at] === ',') this.#at += 1;
      found.push(this.#text[this.#at] === '{' ? this.items(convert) : convert(this.#item()));
      if (this.#at >= this.#text.length) throw new Error('the server gave an array without an end');
    }
    this.#at += 1;
    return found;
  }

  #item(): string | null {
    const pattern = this.#text[this.#at] === '"' ? /"((?:[^"\\]|\\[\s\S])*)"/y : /[^,}]+/y;
    pattern.lastIndex = this.#at;
    const [whole = '', quoted] = pattern.exec(this.#text) ?? [];
    this.#at += Math.max(1, whole.length);
    if (quoted !== undefined) return quoted.replaceAll(/\\([\s\S])/g, '$1');
    return whole === 'NULL' ? null : whole;
  }
}
