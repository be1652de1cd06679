import { command, type Told } from './command.ts';
import type { Damage } from './damage.ts';
import { LOOK, type Published } from './project.ts';

const EXITS: ReadonlySet<number> = new Set([0, 1, 3, 4, 5, 64]);

/** An error for people has a code and says something; no line of it is from the inside of the program. */
function saidBadly({ argv, exit, stdout, stderr }: Told): string | null {
  const told = `bough ${argv.join(' ')} (exit ${exit})`;
  if (!EXITS.has(exit)) return `${told}: no such exit code is documented`;
  if (/This is a bug in Bough|^ +at .*[:(]\d+:\d+\)?$/m.test(stderr + stdout)) return `${told}: ${stderr}`;
  if (exit !== 0 && !/error\[[a-z-]+\]/.test(stderr)) return `${told}: no error has a code: ${stderr}`;
  return null;
}

/** Asks what was damaged the ordinary things, and says what came of it that must not; null where all is well. */
export async function judge(published: Published, folder: string, damage: Damage): Promise<string | null> {
  let refused = false;
  for (const argv of damage.commands) {
    const told = await command(folder, argv);
    const bad = saidBadly(told);
    if (bad !== null) return bad;
    refused = told.exit !== 0;
  }
  if ('polluted' in {}) return 'a key of a file reached every object of the program';
  if (!refused && damage.may === 'publish') {
    const again = await command(folder, ['plan', 'prod', '--json']);
    if (again.exit === 0 && /"build": [1-9]/.test(again.stdout)) return `the plan after is not empty: ${again.stdout}`;
  }
  if (!refused && damage.may === 'publish') return null;
  published.mend(folder, damage.paths);
  const { exit, stdout, stderr } = await command(folder, ['sql', '-e', LOOK]);
  if (exit !== 0) return `what was published cannot be read any more: ${stderr}`;
  return stdout === published.rows ? null : `what was published is another now:\n${stdout}`;
}
