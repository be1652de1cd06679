/** Days since 1970 as the engine prints them, also before the year 1, where the driver's own text is wrong. */
export function dateText(days: number): string {
  if (days === MAX_DAYS) return 'infinity';
  if (days === -MAX_DAYS) return '-infinity';
  const { year, month, day } = civil(days);
  const two = (part: number): string => String(part).padStart(2, '0');
  const text = (counted: number): string => `${String(counted).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return year > 0 ? text(year) : `${text(1 - year)} (BC)`;
}

const MAX_DAYS = 2 ** 31 - 1;
const MAX_UNITS = 2n ** 63n - 1n;
const SECONDS_OF_DAY = 86_400n;

/** Units since 1970, `perSecond` of them a second, as the engine prints them: no trailing zeros. */
export function timestampText(units: bigint, perSecond: bigint, zone = ''): string {
  if (units === MAX_UNITS) return 'infinity';
  if (units === -MAX_UNITS) return '-infinity';
  const seconds = floorDivide(units, perSecond);
  const days = floorDivide(seconds, SECONDS_OF_DAY);
  const clock = Number(seconds - days * SECONDS_OF_DAY);
  const parts = [Math.floor(clock / 3600), Math.floor(clock / 60) % 60, clock % 60];
  const time = parts.map((part) => String(part).padStart(2, '0')).join(':');
  const digits = perSecond.toString().length - 1;
  const fraction = (units - seconds * perSecond).toString().padStart(digits, '0').replace(/0+$/, '');
  return `${dateText(Number(days))} ${time}${fraction === '' || digits === 0 ? '' : `.${fraction}`}${zone}`;
}

const floorDivide = (value: bigint, by: bigint): bigint => (value - (((value % by) + by) % by)) / by;

/** Proleptic Gregorian calendar; the year counts from March so that the leap day comes last. */
function civil(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}
