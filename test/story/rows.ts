import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const EXPECTED = fileURLToPath(new URL('./expected/', import.meta.url));

/** Numbers by value, so that `89.5` is `89.50`; all else as it stands. */
const value = (field: string): string => (/^-?\d+(\.\d+)?$/.test(field) ? String(Number(field)) : field);

/** The rows of a CSV text that quotes nothing, as a set: header first, the others sorted. */
export function rowSet(csv: string): readonly string[] {
  if (csv.includes('"')) throw new Error('these rows need a CSV reader');
  const [header = '', ...rows] = csv.trimEnd().split(/\r?\n/);
  return [header, ...rows.map((row) => row.split(',').map(value).join(',')).sort()];
}

/** What a table must hold after a step of the story. */
export const expected = (name: string): readonly string[] => rowSet(readFileSync(`${EXPECTED}${name}.csv`, 'utf8'));
