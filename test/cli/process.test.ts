import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bough, ensureBuilt } from '../story/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const command = join(root, 'dist/bough.js');
const folder = mkdtempSync(join(tmpdir(), 'bough-process-'));
const shell = (script: string): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  promisify(execFile)('bash', ['-c', `set -o pipefail; ${script}`], {
    cwd: folder,
    env: { ...process.env, BOUGH: command, NO_COLOR: '1' },
  });

/** Resolves when the process has written that text to standard error. */
const said = (child: ChildProcess, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let heard = '';
    child.stderr?.on('data', (chunk) => {
      heard += String(chunk);
      if (heard.includes(text)) resolve();
    });
    child.on('exit', () => reject(new Error(`it ended before it said ${text}: ${heard}`)));
  });

const ended = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.on('exit', resolve));

describe('the process', () => {
  beforeAll(async () => {
    ensureBuilt();
    await bough(folder, 'init', 'shop');
    await bough(folder, 'apply', 'prod', '--yes');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('tells the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(await bough(folder, '--version')).toEqual({ exit: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('is silent when its reader goes away', async () => {
    const query = 'select * from range(300000)';
    const { stdout, stderr } = await shell(`node "$BOUGH" sql -e '${query}' | head -n 1`);
    expect({ stdout, stderr }).toEqual({ stdout: 'range\n', stderr: '' });
  });

  it.runIf(existsSync('/dev/full'))('fails when its result is lost', async () => {
    await expect(shell('node "$BOUGH" env list > /dev/full')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('could not be written'),
    });
  });

  it('prints no colour where nobody asked for it, and none with NO_COLOR', async () => {
    const { stdout } = await shell('node "$BOUGH" plan nowhere');
    expect(stdout).not.toContain('\u001b');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops cleanly at %s, with %d, and the next command goes on', async (signal, exit) => {
    const slow = join(folder, 'models/staging/slow.sql');
    writeFileSync(
      slow,
      'SELECT count(*) AS n FROM range(100000000) a(a), range(1000) b(b) WHERE hash(a * b) % 7 = 3\n',
    );
    const child = spawn(process.execPath, [command, 'apply', 'prod', '--yes'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await said(child, 'Plan for prod');
    child.kill(signal);
    expect(await ended(child)).toBe(exit);
    writeFileSync(slow, 'SELECT 1 AS n\n');
    expect(await bough(folder, 'apply', 'prod', '--yes')).toMatchObject({ exit: 0 });
    const history = JSON.parse((await bough(folder, 'env', 'history', 'prod', '--json')).stdout);
    expect(history.revisions.at(-1)).toMatchObject({ operation: 'apply' });
    rmSync(slow);
    expect(await bough(folder, 'apply', 'prod', '--yes')).toMatchObject({ exit: 0 });
  });
});
