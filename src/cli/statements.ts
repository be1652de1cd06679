import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { EnvironmentName } from '../model/ids.ts';
import type { Call } from './context.ts';
import { WRITERS, type Format } from './output/rows.ts';
import { PAPER, screenFor } from './output/style.ts';
import type { Session } from './session.ts';

export interface Script {
  readonly environment: EnvironmentName;
  readonly statements: readonly string[];
  /** null: a table on a terminal, csv elsewhere. */
  readonly format: Format | null;
  /** A file, relative to the current folder; null is standard output. */
  readonly output: string | null;
}

/** Runs statements one after the other and writes the rows of each; the first that fails ends it. */
export async function runStatements(call: Call, session: Session, script: Script): Promise<void> {
  if (script.output !== null) {
    const target = createWriteStream(resolve(call.context.cwd, script.output));
    await pipeline(texts(session, script, script.format ?? 'csv'), target);
    return;
  }
  const { stdout } = call.context;
  for await (const text of texts(session, script, script.format ?? (stdout.isTerminal ? 'table' : 'csv'), call)) {
    if (!stdout.write(text)) return;
  }
}

async function* texts({ workspace }: Session, script: Script, format: Format, call?: Call): AsyncIterable<string> {
  const screen = call === undefined ? PAPER : screenFor(call.context.stdout, call.context.env);
  for (const statement of script.statements) {
    yield* WRITERS[format](await workspace.query(script.environment, statement), screen);
  }
}

export async function readAll(stream: Readable): Promise<string> {
  stream.setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
