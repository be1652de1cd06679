import type { Answer, Output } from './context.ts';

/** Asks on the terminal; the question goes where people read, never into the command's result. */
export async function confirm(question: string, stderr: Output, signal: AbortSignal): Promise<Answer> {
  const clack = await import('@clack/prompts');
  const answer = await clack.confirm({
    message: question,
    initialValue: false,
    output: stderr.stream,
    signal,
    withGuide: false,
  });
  if (clack.isCancel(answer)) return 'interrupted';
  return answer ? 'yes' : 'no';
}
