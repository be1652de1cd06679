import { styleText } from 'node:util';

type Paint = (text: string) => string;

/** How text is set off; the plain style leaves it as it is. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** What text is drawn on; `width` is null where there is no edge to run over. */
export interface Screen {
  readonly style: Style;
  readonly width: number | null;
}

const paint =
  (format: Parameters<typeof styleText>[0]): Paint =>
  (text) =>
    styleText(format, text, { validateStream: false });
const asIs: Paint = (text) => text;

export const PLAIN: Style = { bold: asIs, dim: asIs, red: asIs, green: asIs, yellow: asIs, cyan: asIs };
export const COLOURED: Style = {
  bold: paint('bold'),
  dim: paint('dim'),
  red: paint('red'),
  green: paint('green'),
  yellow: paint('yellow'),
  cyan: paint('cyan'),
};

/** Colour on a terminal that can show it, unless `NO_COLOR` is set. */
export function styleFor(
  output: { readonly isTerminal: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return output.isTerminal && !refused ? COLOURED : PLAIN;
}

export const screenFor = (
  output: { readonly isTerminal: boolean; readonly columns: number },
  env: Readonly<Record<string, string | undefined>>,
): Screen => ({ style: styleFor(output, env), width: output.isTerminal ? output.columns : null });

/** A file. */
export const PAPER: Screen = { style: PLAIN, width: null };
