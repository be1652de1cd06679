import { APPLY, type Page } from './story.ts';
import { TRAPS, type Trap } from './traps.ts';

/** The tables that traps stand on. */
const GROUND = {
  'bough.yml': 'name: prove\nengine:\n  type: duckdb\n  threads: 1\n',
  'data/raw/a.csv': 'k,v\n1,10\n2,20\n',
  'models/raw/a.yml': 'kind: source\nname: raw.a\nfile: data/raw/a.csv\n',
  'data/raw/b.csv': 'k,w\n2,5\n3,6\n',
  'models/raw/b.yml': 'kind: source\nname: raw.b\nfile: data/raw/b.csv\n',
} as const;

/** All traps in one project, each in a schema of its own. */
export function trapPage(text: (trap: Trap) => string): Page {
  const files: Record<string, string> = { ...GROUND };
  TRAPS.forEach((trap, index) => {
    files[`models/m${index}/t0.sql`] = `${text(trap)}\n`;
    files[`models/m${index}/t1.sql`] = `${trap.reader.replaceAll('mart.', `m${index}.`)}\n`;
  });
  return { files, operation: APPLY, expect: 'applied', again: true, loose: {} };
}
