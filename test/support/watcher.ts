import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { asEnvironmentName } from '../../src/model/ids.ts';
import { asError, UserError } from '../../src/model/problems.ts';
import type { Workspace } from '../../src/workspace/contract.ts';
import { openWorkspace } from '../../src/workspace/open.ts';
import type { Client } from 'pg';
import { loadClient } from '../../src/postgres/driver.ts';
import type { Reply, Sight, Watch } from './actors.ts';
import { byNode, everyRow, serverOf } from './look.ts';

/** A DuckDB file is one process's at a time: between two reads others get it. */
const BETWEEN = 25;

/** A reader who does not know that anybody writes. */
export class Watcher {
  readonly #watch: Watch;
  readonly #sights = new Map<string, Sight>();
  readonly #errors = new Set<string>();
  #reads = 0;
  #enough = false;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  stop(): void {
    this.#enough = true;
  }

  async watch(): Promise<Reply> {
    const { watch: directory, readings } = this.#watch;
    const connectionString = serverOf(directory);
    const client = connectionString === null ? null : new (await loadClient())({ connectionString });
    await client?.connect();
    while (!this.#enough) {
      const workspace = await openWorkspace({ directory, wait: 0 });
      for (const [environment, views] of Object.entries(readings)) {
        await this.#read(environment, () => this.#throughBough(workspace, environment, views));
        if (client !== null) await this.#read(environment, () => this.#throughViews(client, environment, views));
      }
      await workspace.close();
      // Where the server is gone every read fails at once: that the parent has ended must be heard all the same.
      await (client === null ? pause(BETWEEN) : turn());
    }
    await client?.end();
    return { type: 'watched', reads: this.#reads, sights: [...this.#sights.values()], errors: [...this.#errors] };
  }

  async #read(environment: string, one: () => Promise<Sight>): Promise<void> {
    try {
      const sight = await one();
      this.#reads += 1;
      this.#sights.set(JSON.stringify(sight), sight);
    } catch (raw) {
      const error = asError(raw);
      const busy = error instanceof UserError && error.problems.every(({ code }) => code === 'engine-busy');
      if (!busy) this.#errors.add(`a reader of ${environment}: ${error.message}`);
    }
  }

  async #throughBough(
    workspace: Workspace,
    environment: string,
    views: Readonly<Record<string, string>>,
  ): Promise<Sight> {
    const nodes = Object.keys(views);
    const statement = everyRow(this.#watch.watch, Object.fromEntries(nodes.map((node) => [node, node])));
    const { rows } = await workspace.query(asEnvironmentName(environment), statement);
    return { environment, past: 'Bough', rows: byNode(nodes, rows) };
  }

  async #throughViews(client: Client, environment: string, views: Readonly<Record<string, string>>): Promise<Sight> {
    const text = everyRow(this.#watch.watch, views);
    const { rows } = await client.query({ text, rowMode: 'array' });
    return { environment, past: 'views', rows: byNode(Object.keys(views), rows) };
  }
}
