import { connect } from 'node:net';
import type { Client, ClientConfig, Connection, FieldDef, QueryArrayConfig, QueryArrayResult } from 'pg';
import { asError } from '../model/problems.ts';
import type { GivenSecret } from '../model/secret.ts';
import type { Destination } from './connection.ts';
import { CopyIn } from './copy-in.ts';
import { CopyOut } from './copy-out.ts';
import { loadClient } from './driver.ts';
import { isPasswordRefused, sqlstate } from './sqlstate.ts';

export interface Field {
  readonly name: string;
  /** Object id of the type, and its modifier (length, precision). */
  readonly type: number;
  readonly modifier: number;
}

/** What one statement gave. Values are the server's own text, exactly. */
export interface Answer {
  readonly command: string;
  /** Rows that it touched or gave. */
  readonly count: number;
  readonly fields: readonly Field[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/**
 * One session on a server. Statements go as plain text, several in one message where that saves a round trip, and their
 * values stand in them as literals: so it works through poolers that lend another server session to each transaction.
 */
export class Wire {
  readonly #client: Client;
  readonly #config: ClientConfig;
  #broken = false;

  private constructor(client: Client, config: ClientConfig) {
    this.#client = client;
    this.#config = config;
    client.on('error', () => (this.#broken = true));
    client.on('end', () => (this.#broken = true));
  }

  static async open({ attempts, password }: Destination): Promise<Wire> {
    const Driver = await loadClient();
    const [first, second] = attempts;
    const given = await password?.();
    // A function, which no dump of the driver's settings shows.
    const known = given === undefined ? {} : { password: () => given.secret.reveal() };
    try {
      return await Wire.#connect(Driver, { ...first, ...known });
    } catch (raw) {
      if (second === undefined || !isRefusedTransport(raw)) throw withPassword(raw, given);
      return Wire.#connect(Driver, { ...second, ...known }).catch((again: unknown) => {
        throw withPassword(again, given);
      });
    }
  }

  static async #connect(Driver: typeof Client, config: ClientConfig): Promise<Wire> {
    const client = new Driver(config);
    const wire = new Wire(client, config);
    try {
      await client.connect();
    } catch (raw) {
      // The driver's words for a password that it should have and has not.
      if (!asError(raw).message.includes('client password must be a string')) throw raw;
      throw new Error('it asks for a password, and none was given', { cause: raw });
    }
    return wire;
  }

  /** No statement will ever succeed on it again. */
  get broken(): boolean {
    return this.#broken;
  }

  /** The server process that the session began with; a pooler invents one. */
  get process(): number {
    return this.#secret('processID');
  }

  async send(text: string): Promise<readonly Answer[]> {
    const config: QueryArrayConfig = { text, rowMode: 'array', types: { getTypeParser: () => asItIs } };
    const results: QueryArrayResult | readonly QueryArrayResult[] = await this.#client.query(config);
    return (Array.isArray(results) ? results : [results]).map(answerOf);
  }

  /** One statement and no other, whatever its text holds; so a transaction around it cannot be left. */
  async one(text: string): Promise<Answer> {
    const types = { getTypeParser: () => asItIs };
    const config = { text, rowMode: 'array', types, queryMode: 'extended' } as const;
    return answerOf(await this.#client.query(config));
  }

  /** Names and types of what a statement would give; it is not even planned. */
  describe(text: string): Promise<readonly Field[]> {
    return new Promise((resolve, reject) => this.#client.query(new Description(text, resolve, reject)));
  }

  /** `COPY … FROM STDIN`; gives the number of rows. */
  copyIn(statement: string, source: AsyncIterable<Uint8Array>): Promise<number> {
    return new Promise((resolve, reject) => this.#client.query(new CopyIn(statement, source, { resolve, reject })));
  }

  /** `COPY … TO STDOUT`; who stops taking blocks stops the statement, and its transaction with it. */
  copyOut(statement: string): AsyncGenerator<Uint8Array> {
    const copy = new CopyOut(statement);
    this.#client.query(copy);
    return copy.blocks(() => this.cancel());
  }

  /** Asks the server to stop what the session does just now, over a connection of its own, as libpq does. */
  cancel(): Promise<void> {
    const { host = 'localhost', port = 5432 } = this.#config;
    const request = Buffer.alloc(16);
    request.writeInt32BE(16, 0);
    request.writeInt32BE(CANCEL_REQUEST, 4);
    request.writeInt32BE(this.process, 8);
    request.writeInt32BE(this.#secret('secretKey'), 12);
    return new Promise((resolve) => {
      const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
      socket.setTimeout(CANCEL_WITHIN, () => socket.destroy());
      // A pooler drops the request of a client that closes its side before it was passed on.
      socket.write(request);
      socket.resume();
    });
  }

  async close(): Promise<void> {
    this.#broken = true;
    await this.#client.end();
  }

  #secret(name: 'processID' | 'secretKey'): number {
    const value: unknown = Reflect.get(this.#client, name);
    return typeof value === 'number' ? value : 0;
  }
}

/** The driver's own way of asking has no word for this. */
class Description {
  readonly #text: string;
  readonly #resolve: (fields: readonly Field[]) => void;
  readonly #reject: (error: Error) => void;
  #fields: readonly Field[] = [];

  constructor(text: string, resolve: (fields: readonly Field[]) => void, reject: (error: Error) => void) {
    this.#text = text;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: Connection): void {
    connection.parse({ name: '', text: this.#text, types: [] }, true);
    connection.describe({ type: 'S', name: '' }, true);
    connection.sync();
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldDef[] }): void {
    this.#fields = fields.map(fieldOf);
  }

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#fields);
  }
}

const CANCEL_REQUEST = 80_877_102;
/** How long, in milliseconds, whoever takes the request may keep it. */
const CANCEL_WITHIN = 5000;

const asItIs = (text: string): string => text;

const fieldOf = ({ name, dataTypeID, dataTypeModifier }: FieldDef): Field => ({
  name,
  type: dataTypeID,
  modifier: dataTypeModifier,
});

const answerOf = ({ command, rowCount, fields, rows }: QueryArrayResult): Answer => ({
  command,
  count: rowCount ?? 0,
  fields: fields.map(fieldOf),
  rows,
});

/** The server has no TLS, or wants what it was not offered. */
const isRefusedTransport = (raw: unknown): boolean =>
  asError(raw).message.includes('does not support SSL') || sqlstate(raw) === '28000';

/** A server that refuses a password does not say which one, and a user has several. */
function withPassword(raw: unknown, given: GivenSecret | undefined): unknown {
  if (given === undefined || !(raw instanceof Error) || !isPasswordRefused(raw)) return raw;
  return Object.assign(raw, { hint: `The password was ${given.from}.` });
}
