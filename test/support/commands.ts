import { Command } from 'commander';
import { COMMANDS } from '../../src/cli/commands/all.ts';

function leavesOf(command: Command, above: readonly string[]): readonly (readonly [string, Command])[] {
  return command.commands.flatMap((one): readonly (readonly [string, Command])[] => {
    const path = [...above, one.name()];
    return one.commands.length === 0 ? [[path.join(' '), one]] : leavesOf(one, path);
  });
}

const program = new Command('bough');
for (const define of COMMANDS) define(program, async () => {});

/** Every command that can be run, with its full name: `env list`. */
export const COMMAND_LEAVES = leavesOf(program, []);
