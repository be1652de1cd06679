import type { Connection } from 'pg';

/** What is read from the server before somebody takes it. */
const AHEAD = 4;
const BLOCK = 256 * 1024;

/** `COPY … TO STDOUT` in blocks of whole rows, read only as fast as they are taken. The driver calls the methods. */
export class CopyOut {
  readonly #statement: string;
  readonly #full: Uint8Array[] = [];
  #block = Buffer.allocUnsafe(0);
  #length = 0;
  #connection: Connection | null = null;
  #ended = false;
  #unwanted = false;
  #error: Error | null = null;
  #wake: () => void = () => undefined;

  constructor(statement: string) {
    this.#statement = statement;
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.query(this.#statement);
  }

  /** The server sends each row as one message, whose bytes the driver will write over. */
  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    if (this.#unwanted) return;
    if (this.#length + chunk.length > this.#block.length) {
      this.#pass();
      this.#block = Buffer.allocUnsafe(Math.max(BLOCK, chunk.length));
    }
    chunk.copy(this.#block, this.#length);
    this.#length += chunk.length;
  }

  handleCommandComplete(): void {
    this.#pass();
  }

  handleError(error: Error): void {
    this.#error = error;
    this.#end();
  }

  handleReadyForQuery(): void {
    this.#end();
  }

  #pass(): void {
    if (this.#length === 0) return;
    this.#full.push(this.#block.subarray(0, this.#length));
    this.#length = 0;
    this.#block = Buffer.allocUnsafe(0);
    if (this.#full.length >= AHEAD) this.#connection?.stream.pause();
    this.#wake();
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }

  #moved(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** `cancel` asks the server to stop, where nobody wants the rest. */
  async *blocks(cancel: () => Promise<void>): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const block = this.#full.shift();
        if (block !== undefined) yield block;
        else if (this.#error !== null) throw this.#error;
        else if (this.#ended) return;
        else {
          this.#connection?.stream.resume();
          await this.#moved();
        }
      }
    } finally {
      this.#unwanted = true;
      this.#connection?.stream.resume();
      if (!this.#ended) await cancel();
      while (!this.#ended) await this.#moved();
    }
  }
}
