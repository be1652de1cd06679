import { Command, type Option } from 'commander';
import { printable } from '../model/printable.ts';
import { problem, type Problem } from '../model/problems.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `--take-back` is `BOUGH_TAKE_BACK`. */
export const variableOf = (option: Option): string => `BOUGH_${option.name().toUpperCase().replaceAll('-', '_')}`;

const YES: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'on']);
const NO: ReadonlySet<string> = new Set(['0', 'false', 'no', 'off']);

/**
 * A command whose every flag can be given by a variable, too; what stands on the command line wins. Commander takes a
 * flag without a value as given when its variable exists at all, so it is told of those alone that say yes.
 */
export class VariableCommand extends Command {
  readonly #environment: Environment;
  readonly #problems: Problem[];

  constructor(name: string, environment: Environment, problems: Problem[]) {
    super(name);
    this.#environment = environment;
    this.#problems = problems;
  }

  override createCommand(name = ''): Command {
    return new VariableCommand(name, this.#environment, this.#problems);
  }

  override addOption(option: Option): this {
    if (this.#isGiven(option)) option.env(variableOf(option));
    return super.addOption(option);
  }

  #isGiven(option: Option): boolean {
    const variable = variableOf(option);
    const value = this.#environment[variable] ?? '';
    if (value === '' || !option.isBoolean()) return value !== '';
    const word = value.toLowerCase();
    if (!YES.has(word) && !NO.has(word)) {
      const hint = `${variable}=1 is --${option.name()}`;
      this.#problems.push(problem('usage', `${variable} must be 1 or 0, not \`${printable(value)}\`.`, { hint }));
    }
    return YES.has(word);
  }
}
