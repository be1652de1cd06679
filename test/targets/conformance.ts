import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asEnvironmentName, asNodeName, asOperationId } from '../../src/model/ids.ts';
import type { Outflow } from '../../src/model/outflow.ts';
import { UserError } from '../../src/model/problems.ts';
import type { Delivery, Target } from '../../src/targets/contract.ts';
import { delivery, never } from './deliveries.ts';

/** A fresh, empty database of a kind that is to be proved. */
export interface TargetSubject {
  readonly open: () => Promise<Target>;
  /** Rows of `public.orders` as another program reads them, `id|name`, sorted; null where there is no table. */
  readonly rows: () => Promise<readonly string[] | null>;
  /** Begins a transaction of another program that goes on seeing what it sees now. */
  readonly snapshot: () => Promise<{
    readonly rows: () => Promise<readonly string[]>;
    readonly end: () => Promise<void>;
  }>;
  readonly cleanup: () => Promise<void>;
}

const COLUMNS = [
  { name: 'id', type: 'integer' },
  { name: 'name', type: 'text' },
];

export const outflow = (...lines: readonly string[]): Outflow => ({
  columns: COLUMNS,
  detached: true,
  rows: (async function* rows() {
    for (const line of lines) yield Buffer.from(`${line}\n`);
  })(),
});

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const raw: unknown = await promise.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );
  return raw instanceof UserError ? (raw.problems[0]?.code ?? '') : String(raw);
};

/** What every target must do alike. */
export function targetConformance(name: string, make: () => Promise<TargetSubject>): void {
  describe(`${name} is a target`, () => {
    let subject: TargetSubject;
    const opened: Target[] = [];
    beforeEach(async () => {
      subject = await make();
    });
    afterEach(async () => {
      for (const target of opened.splice(0)) await target.close();
      await subject.cleanup();
    });
    const open = async (): Promise<Target> => {
      const target = await subject.open();
      opened.push(target);
      return target;
    };
    const give = async (more: Partial<Delivery>, ...lines: readonly string[]) =>
      (await open()).deliver(delivery(more), outflow(...lines), never);

    it('replaces what is there, and tells an empty text from none', async () => {
      expect(await give({}, '1,a', '2,', '3,""')).toEqual({ type: 'written', rows: 3 });
      expect(await subject.rows()).toEqual(['1|a', '2|∅', '3|']);
      expect(await give({ token: 2, content: 'second' }, '4,d')).toEqual({ type: 'written', rows: 1 });
      expect(await subject.rows()).toEqual(['4|d']);
      expect(await give({ token: 3, content: 'third' })).toEqual({ type: 'written', rows: 0 });
      expect(await subject.rows()).toEqual([]);
    });

    it('never shows an older snapshot a table without its rows', async () => {
      await give({}, '1,a');
      const old = await subject.snapshot();
      await give({ token: 2, content: 'second' }, '2,b');
      expect(await old.rows()).toEqual(['1|a']);
      await old.end();
      expect(await subject.rows()).toEqual(['2|b']);
    });

    it('upserts by key, and refuses rows that it does not tell apart', async () => {
      const upsert = { mode: 'upsert', key: ['id'] } as const;
      await give(upsert, '1,a', '2,b');
      await give({ ...upsert, token: 2 }, '2,c', '3,d');
      expect(await subject.rows()).toEqual(['1|a', '2|c', '3|d']);
      expect(await codeOf(give({ ...upsert, token: 3 }, '4,x', '4,y'))).toBe('export-key');
      expect(await codeOf(give({ ...upsert, token: 4 }, ',x'))).toBe('export-key');
      expect(await codeOf(give({ mode: 'upsert', key: ['nothing'], token: 5 }, '1,x'))).toBe('export-key');
      expect(await subject.rows()).toEqual(['1|a', '2|c', '3|d']);
    });

    it('appends what has one name once, whatever token comes', async () => {
      const append = { mode: 'append' } as const;
      await give(append, '1,a');
      expect(await give({ ...append, token: 2, last: 'first' }, '1,a')).toEqual({ type: 'already' });
      await give({ ...append, token: 3, content: 'second', last: 'first' }, '2,b');
      expect(await give({ ...append, token: 4, last: 'second' }, '1,a')).toEqual({ type: 'already' });
      expect(await subject.rows()).toEqual(['1|a', '2|b']);
    });

    it('does not append where it does not know what the state knows of, unless told to believe it', async () => {
      const more = { mode: 'append', content: 'second', last: 'first' } as const;
      expect(await codeOf(give(more, '2,b'))).toBe('export-unmarked');
      expect(await subject.rows()).toBeNull();
      await give({ ...more, adopt: true }, '2,b');
      expect(await give({ mode: 'append', token: 2, last: 'second' }, '1,a')).toEqual({ type: 'already' });
      expect(await subject.rows()).toEqual(['2|b']);
    });

    it('refuses who comes with an older token, also one that was under way before', async () => {
      await give({ token: 5 }, '5,new');
      expect(await codeOf(give({ token: 4, content: 'old' }, '4,old'))).toBe('export-stale');
      let wake = (): void => undefined;
      const awake = new Promise<void>((resolve) => (wake = resolve));
      let began = (): void => undefined;
      const begun = new Promise<void>((resolve) => (began = resolve));
      const slow: Outflow = {
        columns: COLUMNS,
        detached: true,
        rows: (async function* rows() {
          yield Buffer.from('6,slow\n');
          began();
          await awake;
        })(),
      };
      const sleeping = (await open()).deliver(delivery({ token: 6, content: 'slow' }), slow, never);
      const refused = codeOf(sleeping);
      await begun;
      await give({ token: 7, content: 'newer' }, '7,newer');
      wake();
      expect(await refused).toBe('export-stale');
      expect(await subject.rows()).toEqual(['7|newer']);
    });

    it("refuses another environment's and another state's table, unless told to take it over", async () => {
      await give({}, '1,a');
      const { owner } = delivery();
      const dev = { ...owner, environment: asEnvironmentName('dev') };
      expect(await codeOf(give({ owner: dev, token: 9 }, '2,b'))).toBe('export-taken');
      expect(await codeOf(give({ owner: { ...owner, state: 'another' }, token: 9 }, '2,b'))).toBe('export-taken');
      expect(await subject.rows()).toEqual(['1|a']);
      await give({ owner: { ...owner, state: 'another' }, adopt: true }, '3,c');
      expect(await subject.rows()).toEqual(['3|c']);
      const renamed = { ...owner, state: 'another', node: asNodeName('marts.renamed') };
      await give({ owner: renamed, token: 2, operation: asOperationId('o2') }, '4,d');
      expect(await subject.rows()).toEqual(['4|d']);
    });

    it('writes nothing where the rows break off, or nobody wants them any more', async () => {
      await give({}, '1,a');
      const broken: Outflow = {
        columns: COLUMNS,
        detached: true,
        rows: (async function* rows() {
          yield Buffer.from('2,b\n');
          throw new UserError({ code: 'engine-error', severity: 'error', message: 'the warehouse is gone' });
        })(),
      };
      expect(await codeOf((await open()).deliver(delivery({ token: 2 }), broken, never))).toBe('engine-error');
      const controller = new AbortController();
      const endless: Outflow = {
        columns: COLUMNS,
        detached: true,
        rows: (async function* rows() {
          for (let id = 2; ; id += 1) {
            if (id === 5000) controller.abort(new Error('stopped'));
            yield Buffer.from(`${id},x\n`);
          }
        })(),
      };
      const stopped = (await open()).deliver(delivery({ token: 3 }), endless, controller.signal);
      await expect(stopped).rejects.toThrow('stopped');
      expect(await codeOf(give({ token: 4 }, 'no number,x'))).toBe('export-failed');
      expect(await subject.rows()).toEqual(['1|a']);
    });

    it('adds columns to a table that it made, and to no other', async () => {
      await give({}, '1,a');
      const wider: Outflow = {
        columns: [...COLUMNS, { name: 'more', type: 'integer' }],
        detached: true,
        rows: (async function* rows() {
          yield Buffer.from('2,b,3\n');
        })(),
      };
      expect(await (await open()).deliver(delivery({ token: 2 }), wider, never)).toEqual({ type: 'written', rows: 1 });
      expect(await subject.rows()).toEqual(['2|b']);
      await give({ token: 3 }, '3,c');
      expect(await subject.rows()).toEqual(['3|c']);
    });

    it('makes one table where two come first', async () => {
      const both = [give({ token: 1 }, '1,a'), give({ token: 1, content: 'second' }, '2,b')];
      const outcomes = await Promise.allSettled(both);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      expect(await subject.rows()).toHaveLength(1);
    });
  });
}
