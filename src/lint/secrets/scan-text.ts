import { noteSecret } from '../../model/masking.ts';
import { ignoresIn } from '../ignores.ts';
import { shownOf, type Found, type Leak } from './leak.ts';
import { PGPASS } from './forms.ts';
import { ownPatterns } from './patterns.ts';
import { isPlaceholder } from './placeholder.ts';
import { vendorTokens } from './vendors.ts';

/** A sign of each thing that is looked for: most texts have none, and are done with. */
const SIGNS =
  /passw|passph|pwd|private_key|pass["']?\s*[:=]|secret|token|api[_-]?key|access_?-?key|auth_?-?key|credential|identified (?:with|by)|PRIVATE KEY|Private-Lines|AGE-PLUGIN|authorization|eyJ|\bcurl\b|\bmysql|\bmariadb|"auth"|AccountKey=|[?&]sig=|_live_|hv[sbr]\.|pypi-AgEI|dbt[cuw]_|AIza|(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]|gh[pousr]_|glpat-|github_pat|dapi[0-9a-f]|:\/\/[^\s/@]*:[^\s/@]*@|:\/\/[\w-]{20,}@|xox[abeprso]-|xapp-|hooks\.slack|SG\.|shp(?:at|ca|pa|ss)_|npm_|sk-[A-Z0-9]|lin_api_|ops_ey|A3-[A-Z0-9]/i;

/** A place in a text where a secret stands. */
export interface Place extends Pick<Leak, 'kind' | 'line' | 'column' | 'shown' | 'ignored'> {
  /** For telling two apart; never to be shown. */
  readonly value: string;
}

/** All secrets in a text. What is found is masked in all output from now on. */
export async function scanText(path: string, text: string): Promise<readonly Place[]> {
  if (!SIGNS.test(text) && !PGPASS.test(path)) return [];
  const found = separate([...ownPatterns(path, text), ...(await vendorTokens(path, text))]);
  if (found.length === 0) return [];
  const ignores = ignoresIn({ path, text }).filter(({ rule, reason }) => rule === 'secret-in-file' && reason !== null);
  const ignored = new Set(ignores.map(({ line }) => line));
  return found.map(({ kind, value, at }) => {
    noteSecret(value);
    const before = text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    return { kind, value, line, column, shown: shownOf(value), ignored: ignored.has(line) };
  });
}

/** Where two patterns see the same, the first one names it. */
function separate(found: readonly Found[]): readonly Found[] {
  const kept: Found[] = [];
  for (const one of found) {
    const end = one.at + one.value.length;
    if (isPlaceholder(one.value) || kept.some(({ at, value }) => one.at < at + value.length && at < end)) continue;
    kept.push(one);
  }
  return kept.sort((one, other) => one.at - other.at);
}
