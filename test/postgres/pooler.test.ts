import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresState } from '../../src/state/postgres/open.ts';
import { connected, freshDatabase, sharedServer, type Database } from '../support/postgres/server.ts';
import { lease, prod, start } from '../state/nouns.ts';

let database: Database;
let pooler: Server;
const sockets = new Set<Socket>();

/** Of a pooler, what a client can see of it at once: the process that it is told of is none of the server's. */
function disguise(packet: Buffer): Buffer {
  for (let at = 0; at + 5 <= packet.length; at += 1 + packet.readUInt32BE(at + 1)) {
    if (packet[at] === 'K'.charCodeAt(0)) packet.writeUInt32BE(1, at + 5);
  }
  return packet;
}

beforeAll(async () => {
  database = await freshDatabase(await sharedServer());
  pooler = createServer((client) => {
    const server = connect(database.options.port, '127.0.0.1');
    for (const socket of [client, server]) sockets.add(socket.on('error', () => undefined));
    client.pipe(server);
    server.once('data', (packet: Buffer) => {
      client.write(disguise(packet));
      server.pipe(client);
    });
  });
  pooler.listen(0, '127.0.0.1');
  await once(pooler, 'listening');
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  pooler.close();
  await database.drop();
});

describe('a state behind a pooler', () => {
  it('takes no lock that the next client of a server session would hold', async () => {
    const { port } = pooler.address() as AddressInfo;
    const schema = 'bough_state';
    const common = { type: 'postgres', schema, create: true, liveness: () => 'unknown' as const } as const;
    const behind = await openPostgresState({
      ...common,
      connection: { ...database.options, port, sslmode: 'disable' },
    });
    const { operation } = await lease(behind, 'a');
    const client = await connected(database.options);
    const { rows } = await client.query(`SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'advisory'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    expect(rows).toEqual([{ locks: 0 }]);
    await client.end();
    await behind.close();
    // Nobody can tell whether it lives: it is waited for until it expires.
    const next = await openPostgresState({ ...common, connection: database.options });
    const rival = await start(next, 'b');
    expect(await next.acquireLease(rival, prod)).toMatchObject({ type: 'held', by: { operation } });
    await next.close();
  });
});
