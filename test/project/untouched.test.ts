import { mkdirSync, mkdtempSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Remembered } from '../../src/model/facts.ts';
import type { Problem } from '../../src/model/problems.ts';
import { readText } from '../../src/files/text-file.ts';
import { definitionOf } from '../../src/plan/definition.ts';
import { readSqlModel } from '../../src/project/model.ts';
import { UntouchedFiles } from '../../src/project/untouched.ts';

const PATH = 'models/shop/orders.sql';
const BARE = 'SELECT 1 AS id\n';
const HEADED =
  '/* bough\ndescription: Orders\naudits:\n  - unique: id\n*/\nSELECT id, amount -- no matter\nFROM raw.orders\n';

/** A file of a project, the memory of it, and looks at it after it has lain still for a while. */
function fileOf(text: string) {
  const root = mkdtempSync(join(tmpdir(), 'bough-untouched-'));
  const place = join(root, PATH);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
  const rows = new Map<string, string>();
  const remembered: Remembered = {
    get: (kind, key) => rows.get(`${kind} ${key}`) ?? null,
    put: (kind, key, value) => void rows.set(`${kind} ${key}`, value),
  };
  const look = (later = 60_000) => new UntouchedFiles(root, remembered, Date.now() + later).look(PATH);
  const read = () => {
    const problems: Problem[] = [];
    const file = readText(root, PATH, problems);
    const model = file === null ? null : readSqlModel(file, { root, parameters: {}, problems });
    if (file === null || model === null) throw new Error(JSON.stringify(problems));
    return { file, model };
  };
  const keep = () => {
    const { file, model } = read();
    return look()?.keep(file, model);
  };
  return { place, rows, look, read, keep };
}

describe('a SQL file that nobody touched', () => {
  it.each([
    ['bare', BARE],
    ['with a head', HEADED],
    ['with a byte order mark and other line ends', `\uFEFF${HEADED.replaceAll('\n', '\r\n')}`],
  ])('gives the model that reading it gives: %s', (_what, text) => {
    const { look, read, keep } = fileOf(text);
    expect(look()?.model).toBeNull();
    const kept = keep();
    const model = look()?.model;
    if (!model || !kept) throw new Error('nothing was remembered');
    expect(definitionOf(model)).toBe(definitionOf(read().model));
    expect(definitionOf(kept)).toBe(definitionOf(model));
    expect(model.sql.untouched).toEqual(kept.sql.untouched);
  });

  it('is read again when it was written, whatever its time of writing says', () => {
    const { place, look, keep } = fileOf(BARE);
    keep();
    const { atime, mtime } = statSync(place);
    writeFileSync(place, BARE.replace('1', '2'));
    utimesSync(place, atime, mtime);
    expect(look()?.model).toBeNull();
  });

  it('is not trusted while it is young', () => {
    const { look, keep } = fileOf(BARE);
    keep();
    expect(look(0)).toBeUndefined();
  });

  it('is nothing to remember where names are put into it', () => {
    const { rows, keep } = fileOf('SELECT {{ limit }} AS id');
    expect(keep()?.sql.untouched).toBeUndefined();
    expect(rows.size).toBe(0);
  });

  it('says so where it is written between the look and the reading', () => {
    const { place, look, keep } = fileOf(BARE);
    keep();
    const model = look()?.model;
    writeFileSync(place, 'SELECT 2 AS id');
    expect(() => model?.sql.text).toThrow(/was changed meanwhile/);
  });
});
