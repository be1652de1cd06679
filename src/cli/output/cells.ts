import type { Json } from '../../model/json.ts';

/** A value as the text of one cell; what NULL looks like is the format's. */
export const cellText = (value: Exclude<Json, null>): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

export const isNumeric = (type: string): boolean =>
  /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL|NUMERIC|FLOAT|REAL|DOUBLE)/i.test(type) && !type.endsWith(']');
