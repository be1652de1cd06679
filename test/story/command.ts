import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const command = `${root}/dist/bough.js`;

/** How one call of the built command ended. */
export interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Builds the command where nobody has. */
export function ensureBuilt(): void {
  if (!existsSync(command)) execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
}

/** Runs the built command in a folder, as a process of its own without a terminal. */
export const bough = (folder: string, ...argv: readonly string[]): Promise<Ended> => boughWith({}, folder, ...argv);

/** The same with variables set, or with `undefined` taken away. */
export function boughWith(
  variables: Readonly<Record<string, string | undefined>>,
  folder: string,
  ...argv: readonly string[]
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [command, ...argv],
      { cwd: folder, env: { ...process.env, NO_COLOR: '1', ...variables }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve({ exit: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      },
    );
    child.stdin?.end();
  });
}

/** Runs the command with `--json`; it must end with that exit code and print one document and nothing else. */
export async function document<T>(folder: string, exit: number, ...argv: readonly string[]): Promise<T> {
  const ended = await bough(folder, ...argv, '--json');
  if (ended.exit !== exit) {
    throw new Error(
      `bough ${argv.join(' ')} ended with ${ended.exit}, not ${exit}:\n${ended.stdout.slice(0, 4_000)}${ended.stderr}`,
    );
  }
  // The caller says what the contract promises for this command, and asserts it.
  return JSON.parse(ended.stdout) as T;
}
