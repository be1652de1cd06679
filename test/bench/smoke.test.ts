import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** A benchmark that nobody runs breaks unseen. This one plans, reads and applies, over few models and once. */
it('bench:plan runs, over models of the size that it claims', () => {
  const script = fileURLToPath(new URL('../../bench/plan/run.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    env: { ...process.env, BENCH_ROUNDS: '1', BENCH_SIZES: '40' },
  });
  expect(status, stderr).toBe(0);
  const [, lines, kilobytes] = /median (\d+) lines and ([\d.]+) KB/.exec(stdout) ?? [];
  expect(Number(lines)).toBeGreaterThan(60);
  expect(Number(kilobytes)).toBeGreaterThan(2);
  expect(stdout).toMatch(/applied: 50 nodes/);
  expect(stdout).toMatch(/nothing changed: 0 to build, 50 reused/);
  expect(stdout).toMatch(/a comment: 0 to build, 50 reused/);
  expect(stdout).toMatch(/a filter in the middle: [1-9]\d* to build/);
});

it('bench:bindings runs', () => {
  const script = fileURLToPath(new URL('../../bench/bindings.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    env: { ...process.env, BENCH_ROUNDS: '1', BENCH_SIZES: '100,20' },
  });
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/100 references resolved/);
});
