import type { ClockUse, Tie } from './contract.ts';
import type { Context } from './context.ts';
import { NO_FACTS } from './facts.ts';
import type { Facts, Item, TieSite } from './structure.ts';

/** An expression that is being read. */
export interface Building {
  readonly items: Item[];
  aggregate: boolean;
  window: boolean;
  multiplies: boolean;
  spreads: boolean;
  lambda: boolean;
  readonly unknown: string[];
  readonly ties: TieSite[];
  readonly clocks: ClockUse[];
  /** Token where a call with bare units ends. */
  unitsEnd: number;
  /** Token where a `MAP {…}` ends. */
  mapEnd: number;
  /** Token where a `{…}` ends. */
  braceEnd: number;
}

export const newBuilding = (): Building => ({
  items: [],
  aggregate: false,
  window: false,
  multiplies: false,
  spreads: false,
  lambda: false,
  unknown: [],
  ties: [],
  clocks: [],
  unitsEnd: -1,
  mapEnd: -1,
  braceEnd: -1,
});

export function factsOf(build: Building): Facts {
  const { aggregate, window, multiplies, unknown, spreads, lambda, ties, clocks } = build;
  const plain = !(aggregate || window || multiplies || spreads || lambda);
  if (plain && unknown.length === 0 && ties.length === 0 && clocks.length === 0) return NO_FACTS;
  return { aggregate, window, multiplies, unknown, spreads, lambda, ties, clocks };
}

export function noteClock(
  context: Context,
  build: Building,
  family: ClockUse['family'],
  name: string,
  span: ClockUse['span'],
): void {
  const use: ClockUse = { family, function: name, span };
  context.clocks.push(use);
  build.clocks.push(use);
}

export function noteTie(context: Context, build: Building, site: TieSite): void {
  context.ties.push(site.tie);
  build.ties.push(site);
}

export function noteVolatile(context: Context, build: Building, construct: string, span: Tie['span']): void {
  noteTie(context, build, { tie: { kind: 'volatile', construct, span }, keys: null });
}

export function noteOrder(context: Context, build: Building, construct: string, span: Tie['span']): void {
  noteTie(context, build, { tie: { kind: 'order', construct, span }, keys: null });
}
