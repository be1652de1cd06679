import type { Files } from '../../support/shop.ts';

/**
 * The project of the walks. Every table has one row, and that row says how it came about: `two3(one1(a4),b2)` is the
 * third definition of `m.two`, over the first of `m.one` on the fourth delivery of `raw.a`, and the second of `raw.b`.
 */
export const SOURCES = ['raw.a', 'raw.b'] as const;
export type Source = (typeof SOURCES)[number];

export const MODELS = ['m.one', 'm.two', 'm.three', 'm.four'] as const;
export type Model = (typeof MODELS)[number];

/** Nobody reads these, so they can go. */
export const LEAVES = ['m.three', 'm.four'] as const satisfies readonly Model[];

export const READS: Readonly<Record<Model, readonly (Source | Model)[]>> = {
  'm.one': ['raw.a'],
  'm.two': ['m.one', 'raw.b'],
  'm.three': ['m.one'],
  'm.four': ['m.two'],
};

const shortName = (name: string): string => name.slice(name.indexOf('.') + 1);

export const saysSource = (source: Source, delivery: number): string => `${shortName(source)}${delivery}`;

export const saysModel = (model: Model, definition: number, inputs: readonly string[]): string =>
  `${shortName(model)}${definition}(${inputs.join(',')})`;

/** The file of a model in one of its definitions; null where it is not there. */
export function modelFile(model: Model, definition: number | null): Files {
  const tables = READS[model].map((name, index) => `${name} AS t${index}`);
  const inputs = READS[model].map((_, index) => `t${index}.says`).join(` || ',' || `);
  const sql = `SELECT '${shortName(model)}${definition}(' || ${inputs} || ')' AS says FROM ${tables.join(' CROSS JOIN ')}\n`;
  return { [`models/m/${shortName(model)}.sql`]: definition === null ? null : sql };
}

export const sourceFile = (source: Source, delivery: number): Files => ({
  [`data/${shortName(source)}.csv`]: `says\n${saysSource(source, delivery)}\n`,
});

export const BEGINNING: Files = {
  'bough.yml': 'name: walk\nengine: { type: duckdb, threads: 1 }\n',
  ...Object.fromEntries(
    SOURCES.map((source) => [
      `models/raw/${shortName(source)}.yml`,
      `kind: source\nname: ${source}\nfile: data/${shortName(source)}.csv\ncolumns: { says: text }\n`,
    ]),
  ),
};
