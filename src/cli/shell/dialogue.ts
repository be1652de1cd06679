import type { Statements } from '../context.ts';

/** What a line of input asks the shell to do. */
export type Step =
  | { readonly type: 'run'; readonly statement: string }
  | { readonly type: 'tables' }
  | { readonly type: 'schema'; readonly name: string | null }
  | { readonly type: 'help' }
  | { readonly type: 'quit' }
  | { readonly type: 'unknown'; readonly command: string };

export interface Heard {
  readonly steps: readonly Step[];
  /** A statement that has begun and waits for its semicolon. */
  readonly pending: string;
}

/** Reads one more line of a dialogue; dot commands count only where no statement has begun. */
export async function hear(
  pending: string,
  line: string,
  split: (text: string) => Promise<Statements>,
): Promise<Heard> {
  if (pending === '' && line.trim() === '') return { steps: [], pending };
  if (pending === '' && line.trimStart().startsWith('.')) return { steps: [dotCommand(line.trim())], pending };
  const { whole, rest } = await split(pending === '' ? line : `${pending}\n${line}`);
  const steps = whole.map((statement): Step => ({ type: 'run', statement }));
  return { steps, pending: rest.trim() === '' ? '' : rest };
}

function dotCommand(line: string): Step {
  const [command = '', name = null] = line.split(/\s+/);
  switch (command.replace(/;$/, '')) {
    case '.tables':
      return { type: 'tables' };
    case '.schema':
      return { type: 'schema', name: name?.replace(/;$/, '') ?? null };
    case '.help':
      return { type: 'help' };
    case '.quit':
    case '.exit':
      return { type: 'quit' };
    default:
      return { type: 'unknown', command };
  }
}

export const HELP = `  .tables          the nodes of this environment
  .schema [NAME]   columns and types, of one node or of all
  .help            this text
  .quit            leave; so does Ctrl-D
A statement ends with a semicolon and may span lines. Ctrl-C stops a running query or clears the line.
`;

export const DOT_COMMANDS = ['.tables', '.schema', '.help', '.quit'] as const;
