import { STRICT, difference, type Content, type Loose } from './content.ts';
import type { Files } from './project.ts';
import { mentions } from './rebuild.ts';
import type { Subject } from './subject.ts';

/** What a state of a project should be in the warehouse. */
export interface Expected {
  readonly files: Files;
  readonly contents: ReadonlyMap<string, Content>;
  /** Models only: what of each may rightly differ, by its own doing and by that of its inputs too. */
  readonly loose: ReadonlyMap<string, { readonly own: Loose; readonly all: Loose }>;
}

export interface Finding {
  readonly type:
    | 'unsound'
    | 'refused though valid'
    | 'applied though invalid'
    | 'never settles'
    | 'crash'
    | 'imprecise';
  readonly node: string | null;
  readonly text: string;
}

const isLoose = (loose: Loose): boolean => loose.rows || loose.columns.includes(true);

const sqlOf = (files: Files, node: string): string =>
  (files[`models/${node.replace('.', '/')}.sql`] ?? '')
    .replace(/^\/\* bough[^*]*\*\/\n/, '')
    .trim()
    .replace(/;$/, '');

/**
 * Compares all that prod's readers find with a full rebuild; and where this may differ, because something is tied, each
 * table with what its own query gives over the very tables that it is published beside.
 */
export async function compare(subject: Subject, expected: Expected): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const tables = await subject.tables();
  for (const [node, should] of expected.contents) {
    const is = tables.get(node);
    const loose = expected.loose.get(node);
    const against = async (what: string, other: Content, left: Loose): Promise<void> => {
      const text = is === undefined ? 'it is not there' : difference(is, other, left);
      if (text !== null) found.push({ type: 'unsound', node, text: `${node} against ${what}: ${text}` });
    };
    await against('a full rebuild', should, loose?.all ?? STRICT);
    if (loose === undefined || !isLoose(loose.all) || loose.own.rows) continue;
    // A query alone may name two columns alike, which a table does not.
    const again = { ...(await subject.query(sqlOf(expected.files, node))), columns: should.columns };
    await against('its query over the published tables', again, loose.own);
  }
  for (const node of tables.keys()) {
    if (!expected.contents.has(node)) found.push({ type: 'unsound', node, text: `${node} should be gone` });
  }
  // What follows from a wrong input is no finding of its own.
  const wrong = new Set(found.map(({ node }) => node));
  const first = found.filter(
    ({ node }) => !mentions(sqlOf(expected.files, node ?? '')).some((name) => wrong.has(name)),
  );
  return first.length > 0 ? first : found;
}
