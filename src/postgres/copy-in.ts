import type { Connection } from 'pg';
import { asError } from '../model/problems.ts';

/** What the driver's connection can do for a COPY, beside what its types tell. */
interface CopyingConnection extends Connection {
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

interface Settled {
  readonly resolve: (rows: number) => void;
  readonly reject: (error: Error) => void;
}

/** `COPY … FROM STDIN`, fed as fast as the server takes it. The driver calls the methods. */
export class CopyIn {
  readonly #statement: string;
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #settled: Settled;
  #ended = false;
  #rows = 0;
  /** Why there is no more to send; the server only repeats it. */
  #broken: Error | null = null;

  constructor(statement: string, source: AsyncIterable<Uint8Array>, settled: Settled) {
    this.#statement = statement;
    this.#source = source;
    this.#settled = settled;
  }

  submit(connection: Connection): void {
    connection.query(this.#statement);
  }

  handleCopyInResponse(connection: CopyingConnection): void {
    void this.#pump(connection);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#rows = Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0);
  }

  handleError(error: Error): void {
    this.#ended = true;
    this.#settled.reject(this.#broken ?? error);
  }

  handleReadyForQuery(): void {
    this.#ended = true;
    this.#settled.resolve(this.#rows);
  }

  async #pump(connection: CopyingConnection): Promise<void> {
    try {
      for await (const chunk of this.#source) {
        // The server has said no already, or is gone.
        if (this.#ended) return;
        connection.sendCopyFromChunk(chunk);
        if (connection.stream.writableNeedDrain) await drained(connection);
      }
      if (!this.#ended) connection.endCopyFrom();
    } catch (raw) {
      this.#broken = asError(raw);
      if (!this.#ended) connection.sendCopyFail(this.#broken.message);
    }
  }
}

const drained = ({ stream }: Connection): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
