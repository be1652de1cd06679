import { difference, STRICT, type Content, type Loose } from './content.ts';
import { questionOf, type Rebuild } from './rebuild.ts';
import type { Look, Seen, Subject } from './subject.ts';
import { mentions, runnable, type Written } from './written.ts';

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

/** What an environment must hold. */
export interface Expected {
  readonly environment: string;
  /** Its models, where the files say it; those that are not here are as the revision records them. */
  readonly models: ReadonlyMap<string, Written>;
  /** Whether there may be no others. */
  readonly complete: boolean;
  /** Whether a source may hold this: any of its deliveries, or the last alone. */
  readonly delivered: (name: string, digest: string) => Promise<boolean>;
  /** What may rightly differ from one run of a query to the next, by its text. */
  readonly loose: ReadonlyMap<string, Loose>;
  /** Files that the plan warned of. */
  readonly warned: ReadonlySet<string>;
}

/**
 * Compares every table that an environment points to with what its query gives over the very tables that the
 * environment points to beside it: names, types, the multiset of exact values. With the sources being what was delivered,
 * this makes all of them equal to a full rebuild, and judges rightly what hangs on ties.
 */
export class Judge {
  readonly #subject: Subject;
  readonly #rebuild: Rebuild;
  readonly #good = new Set<string>();
  judged = 0;
  /** Tables of queries that fail by now, where nothing is used of what is wrong: the plan warned of them. */
  warned = 0;

  constructor(subject: Subject, rebuild: Rebuild) {
    this.#subject = subject;
    this.#rebuild = rebuild;
  }

  async compare(expected: Expected): Promise<readonly Finding[]> {
    const look = await this.#subject.look(expected.environment);
    const found: Finding[] = [];
    const wrong = (node: string, text: string): void => {
      found.push({ type: 'unsound', node, text: `${expected.environment}: ${node} ${text}` });
    };
    for (const [name, seen] of look.nodes) {
      const text = await this.#fault(name, seen, look, expected);
      if (text !== null) wrong(name, text);
    }
    for (const name of expected.models.keys()) if (!look.nodes.has(name)) wrong(name, 'is not there');
    for (const [name, { model }] of look.nodes)
      if (expected.complete && model !== null && !expected.models.has(name)) wrong(name, 'should be gone');
    return found;
  }

  async #fault(name: string, seen: Seen, look: Look, expected: Expected): Promise<string | null> {
    if (seen.model === null) {
      if (await expected.delivered(name, seen.content.digest)) return null;
      return `holds what was never delivered, or not last:\n${seen.content.rows.map((row) => row.join(' | ')).join('\n')}`;
    }
    const model = expected.models.get(name) ?? seen.model;
    return this.#modelFault(model, seen, look, expected);
  }

  async #modelFault(model: Written, seen: Seen, look: Look, expected: Expected): Promise<string | null> {
    const sql = runnable(model, look.clock);
    const inputs = mentions(model.sql).map((read) => [read, look.nodes.get(read)] as const);
    const builds = inputs.map(([, input]) => input?.build ?? '');
    const verdict = JSON.stringify([seen.build, sql, builds]);
    if (this.#good.has(verdict)) return null;
    this.judged += 1;
    const beside: (readonly [string, Seen])[] = [];
    for (const [read, input] of inputs) {
      if (input === undefined) return `reads ${read}, which is not there`;
      beside.push([read, input]);
    }
    const should = await this.#answer(sql, beside);
    if (typeof should === 'string') {
      if (!expected.warned.has(`models/${model.name.replace('.', '/')}.sql`)) return should;
      this.warned += 1;
      this.#good.add(verdict);
      return null;
    }
    const text = difference(seen.content, should, looseFor(model.sql, should, expected));
    if (text === null) this.#good.add(verdict);
    return text === null ? null : `against its query over what is beside it: ${text}`;
  }

  async #answer(sql: string, inputs: readonly (readonly [string, Seen])[]): Promise<Content | string> {
    const question = questionOf(
      sql,
      inputs.map(([name, { content }]) => [name, content]),
    );
    const known = this.#rebuild.answer(question);
    if (known !== null) return known;
    try {
      const answer = await this.#subject.query(sql, new Map(inputs.map(([name, { build }]) => [name, build])));
      this.#rebuild.learn(question, answer, sql);
      return answer;
    } catch (error) {
      return `its query fails over what is beside it: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}

/** Columns that were not foreseen: nothing is known of any. */
function looseFor(sql: string, { columns }: Content, { loose }: Expected): Loose {
  const known = loose.get(sql);
  if (known === undefined) return STRICT;
  return known.columns.length === columns.length ? known : { rows: true, columns: [] };
}
