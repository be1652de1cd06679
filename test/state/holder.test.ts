import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { currentHolder, liveness } from '../../src/state/holder.ts';

test('this process is alive', () => {
  const holder = currentHolder();
  expect(holder).toEqual(currentHolder());
  expect(holder.pid).toBe(process.pid);
  expect(holder.started).not.toBe('');
  expect(liveness(holder)).toBe('alive');
});

test('another process under the same pid is not the holder', () => {
  expect(liveness({ ...currentHolder(), started: 'before' })).toBe('dead');
});

test('a process that is gone is dead', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  const holder = { ...currentHolder(), pid: child.pid ?? 0 };
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  expect(liveness(holder)).toBe('dead');
});

test.each([{ host: 'elsewhere' }, { boot: 'another' }, { boot: '' }])('nothing is known beyond %o', (other) => {
  expect(liveness({ ...currentHolder(), ...other })).toBe('unknown');
});

test('a process whose start was never known is not judged', () => {
  expect(liveness({ ...currentHolder(), started: '' })).toBe('unknown');
});
