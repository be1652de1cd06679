import type { EnvironmentName } from '../../model/ids.ts';
import { nearestName } from '../../model/nearest.ts';
import { printable } from '../../model/printable.ts';
import { UserError } from '../../model/problems.ts';
import type { Call } from '../context.ts';
import { problemsText } from '../output/problem-text.ts';
import { WRITERS, type Format } from '../output/rows.ts';
import { screenFor, styleFor, type Style } from '../output/style.ts';
import { sourceOf } from '../plan-view.ts';
import type { Session } from '../session.ts';
import { DOT_COMMANDS, hear, HELP, type Step } from './dialogue.ts';
import { schemaText, tablesText } from './tables.ts';

/** A screen cannot show more, and a person who wants more wants a file. */
const MAX_ROWS = 500;

/** Answers one line after the other; the warehouse is held only while a statement runs. */
export class Speaker {
  readonly #call: Call;
  readonly #session: Session;
  readonly #environment: EnvironmentName;
  readonly #format: Format;
  readonly #style: Style;
  #pending = '';
  #running: AbortController | null = null;

  constructor(call: Call, session: Session, environment: EnvironmentName, format: Format) {
    this.#call = call;
    this.#session = session;
    this.#environment = environment;
    this.#format = format;
    this.#style = styleFor(call.context.stdout, call.context.env);
  }

  get prompt(): string {
    if (this.#pending === '') return `${this.#environment}> `;
    return `${' '.repeat(Math.max(0, this.#environment.length - 3))}...> `;
  }

  /** Stops the running query, or forgets the statement that was begun. True if a query was running. */
  interrupt(): boolean {
    this.#pending = '';
    this.#running?.abort();
    return this.#running !== null;
  }

  async hear(line: string): Promise<'stay' | 'leave'> {
    const { steps, pending } = await hear(this.#pending, line, this.#call.context.splitStatements);
    this.#pending = pending;
    for (const step of steps) {
      if (step.type === 'quit') return 'leave';
      if (!(await this.#attempt(step))) return 'stay';
    }
    return 'stay';
  }

  /** False where the step failed or was interrupted: the statements after it on the line are not run. */
  async #attempt(step: Exclude<Step, { type: 'quit' }>): Promise<boolean> {
    const controller = new AbortController();
    this.#running = controller;
    try {
      await this.#answer(step, controller.signal);
      return true;
    } catch (error) {
      if (controller.signal.aborted) this.#say('interrupted\n');
      else if (error instanceof UserError) this.#say(problemsText(error.problems, sourceOf(this.#call), this.#style));
      else throw error;
      return false;
    } finally {
      this.#running = null;
    }
  }

  async #answer(step: Exclude<Step, { type: 'quit' }>, signal: AbortSignal): Promise<void> {
    const { workspace } = this.#session;
    switch (step.type) {
      case 'run':
        return this.#query(step.statement, signal);
      case 'tables':
        return this.#say(tablesText(await workspace.show(this.#environment)));
      case 'schema':
        return this.#say(await schemaText(workspace, await workspace.show(this.#environment), step.name, this.#style));
      case 'help':
        return this.#say(HELP);
      case 'unknown': {
        const near = nearestName(step.command, DOT_COMMANDS);
        const hint = near === null ? '.help lists the commands' : `did you mean ${near}?`;
        return this.#say(`There is no command ${printable(step.command)}: ${hint}\n`);
      }
    }
  }

  async #query(statement: string, signal: AbortSignal): Promise<void> {
    const { columns, rows } = await this.#session.workspace.query(this.#environment, statement, {
      limit: MAX_ROWS + 1,
      signal,
    });
    const shown = { columns, rows: rows.slice(0, MAX_ROWS) };
    for await (const text of WRITERS[this.#format](shown, screenFor(this.#call.context.stdout, this.#call.context.env)))
      this.#say(text);
    if (rows.length > MAX_ROWS) this.#say(`Only the first ${MAX_ROWS}; bough sql -e … -o FILE writes all.\n`);
  }

  #say(text: string): void {
    this.#call.context.stdout.write(text);
  }
}
