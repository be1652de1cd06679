import type { Loose } from './content.ts';
import { compare, type Finding } from './check.ts';
import type { Draft, Looseness } from './draft.ts';
import { filesOf, type Files } from './project.ts';
import { Refused, type Rebuild } from './rebuild.ts';
import { Subject } from './subject.ts';

/** One state of a project as files, and what is to come of it. */
export interface Page {
  readonly files: Files;
  /** New data are taken with it. */
  readonly refresh: boolean;
  /** `refused`: the engine itself will not have these files. `quiet`: nothing may be built. */
  readonly expect: 'applied' | 'refused' | 'quiet';
  /** What may rightly differ from one build to the next, by node. */
  readonly loose: Readonly<Record<string, { readonly own: Loose; readonly all: Loose }>>;
}

const isLoose = ({ all }: Looseness): boolean => all.rows || all.columns.includes(true);

export const pageOf = (draft: Draft, refresh: boolean, expect: Page['expect']): Page => ({
  files: filesOf(draft.project),
  refresh,
  expect,
  loose: Object.fromEntries([...draft.loose].filter(([, loose]) => isLoose(loose))),
});

/** Plays a story from an empty folder; returns what is wrong with the first page that something is wrong with. */
export async function play(pages: readonly Page[], rebuild: Rebuild, scratch: string): Promise<readonly Finding[]> {
  await rebuild.clear();
  const subject = new Subject(scratch);
  try {
    for (const page of pages) {
      const findings = await turn(page, subject, rebuild);
      if (findings.length > 0) return findings;
    }
    return [];
  } finally {
    await subject.close();
  }
}

/** What the engine says against files that went through. */
async function refusalOf(page: Page, rebuild: Rebuild): Promise<Finding> {
  try {
    await rebuild.tables(page.files);
    throw new Error('the engine takes these files');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { type: 'applied though invalid', node: error.node, text: error.message };
  }
}

async function turn(page: Page, subject: Subject, rebuild: Rebuild): Promise<readonly Finding[]> {
  subject.write(page.files);
  if (page.expect === 'refused') {
    const answer = await subject.apply(page.refresh);
    return answer.type === 'refused' ? [] : [await refusalOf(page, rebuild)];
  }
  const contents = await rebuild.tables(page.files);
  const answer = await subject.apply(page.refresh);
  if (answer.type === 'refused') return [{ type: 'refused though valid', node: null, text: answer.message }];
  const expected = { files: page.files, contents, loose: new Map(Object.entries(page.loose)) };
  const findings = [...(await compare(subject, expected))];
  if ((await subject.plan()).changes)
    findings.push({ type: 'never settles', node: null, text: 'planning again finds changes' });
  const built = answer.planned.document.nodes.filter(({ action }) => action === 'build').map(({ name }) => name);
  if (page.expect === 'quiet' && built.length > 0) {
    findings.push({ type: 'imprecise', node: built[0] ?? null, text: `${built.join(', ')} would be built` });
  }
  return findings;
}
