import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boughWith, type Ended } from '../story/command.ts';
import { SHOP, write, type Files } from '../support/shop.ts';
import { canary, filesOf, sightings, type Canary, type Evidence } from './canary.ts';
import { Homes, type Login } from './homes.ts';

/** Everything from which Bough takes secrets, and the name by which the project asks for what lies there. */
const CREDENTIALS = {
  process: 'own_db',
  dotenv: 'env_db',
  'dotenv of stage': 'stage_db',
  file: 'file_db',
  mounted: 'mounted_db',
  exec: 'exec_db',
} as const;
export type Source = keyof typeof CREDENTIALS;
const isSource = (name: string): name is Source => Object.hasOwn(CREDENTIALS, name);
export const SOURCES: readonly Source[] = Object.keys(CREDENTIALS).filter(isSource);

/** Where warehouse and state are: in files (null), or on a server that wants the password of a source. */
export interface Wanted {
  readonly warehouse: Source | null;
  readonly state: Source | null;
  /** A root beside `prod`. */
  readonly stage?: { readonly warehouse: Source; readonly state: Source };
}

const SPY = fileURLToPath(new URL('spy.mjs', import.meta.url));
/** Prints a file, and writes down what others can read of the command meanwhile. */
const EXEC = `const { readFileSync, appendFileSync } = require('node:fs');
try { appendFileSync(process.env.SPY, readFileSync('/proc/' + process.ppid + '/cmdline')); } catch {}
process.stdout.write(readFileSync(process.argv[1]));`;

const ENVIRONMENTS = {
  prod: { status: 'production', api: { secret: 'own_db' }, cleaner: 'v1.0.0', days: 30 },
  dev: { status: 'non-production', api: { secret: 'env_db' }, cleaner: 'v1.0.0', days: 3 },
};
const RECENT = `/* bough
export: { connection: crm, table: public.recent }
*/
SELECT country, {{ days }} + {{ part.size }} AS days, (SELECT count(*) FROM raw.people) AS people FROM marts.revenue
`;
const FILES: Files = {
  ...SHOP,
  'models/raw/orders.yml': `${SHOP['models/raw/orders.yml']}columns: { order_id: integer, amount: integer }\n`,
  'models/marts/recent.sql': RECENT,
  'models/raw/people.yml': 'kind: source\nname: raw.people\nconnection: crm\ntable: public.people\n',
  'config/part/base.yaml': 'size: 1\nsecret: ${ENV_DB}\n',
  'config/part/dev.override.yaml': 'size: 2\n',
};

/** A project in which every source of secrets holds a canary, outside of all that Bough may write into. */
export class Planted {
  readonly folder = mkdtempSync(join(tmpdir(), 'bough-canaries-'));
  readonly project = join(this.folder, 'project');
  readonly canaries: ReadonlyMap<Source, Canary> = new Map(SOURCES.map((source) => [source, canary(source)]));
  readonly #homes = new Homes();
  readonly #outputs: Evidence[] = [];

  static async make(wanted: Wanted): Promise<Planted> {
    const planted = new Planted();
    for (const name of ['home', 'temp', 'vault', 'project/out/other'])
      mkdirSync(join(planted.folder, name), { recursive: true });
    for (const name of ['file', 'exec'] as const) writeFileSync(planted.vault(name), planted.value(name));
    writeFileSync(planted.vault('MOUNTED_DB'), planted.value('mounted'));
    planted.write({
      ...FILES,
      '.env': `ENV_DB='${planted.value('dotenv')}'\n`,
      '.env.stage': `STAGE_DB='${planted.value('dotenv of stage')}'\nOTHER_PASSWORD='${planted.value('dotenv of stage')}'\n`,
      '.gitignore': '.env*\n',
      'bough.yml': JSON.stringify(await planted.#config(wanted), null, 2),
    });
    planted.#git('init', '-q', '-b', 'main');
    planted.commit();
    planted.#git('tag', 'v1.0.0');
    return planted;
  }

  value(source: Source): string {
    return this.canaries.get(source)?.value ?? '';
  }

  vault(file: string): string {
    return join(this.folder, 'vault', file);
  }

  write(files: Files): void {
    write(this.project, files);
  }

  commit(): void {
    this.#git('add', '-A');
    this.#git('commit', '-q', '-m', 'x');
  }

  #git(...args: readonly string[]): void {
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: this.project });
  }

  async #config({ warehouse, state, stage }: Wanted): Promise<object> {
    const login = (source: Source | null): Login | null =>
      source === null ? null : { credential: CREDENTIALS[source], password: this.value(source) };
    const own = await this.#homes.make(login(warehouse), login(state));
    const root = stage === undefined ? null : await this.#homes.make(login(stage.warehouse), login(stage.state));
    // Rows come from another database, and go there.
    const crm = async (source: Source, status: string): Promise<object> => ({
      ...(await this.#homes.connection({ credential: CREDENTIALS[source], password: this.value(source) })),
      status,
    });
    const prod = { ...ENVIRONMENTS.prod, crm: await crm('exec', 'production') };
    const dev = { ...ENVIRONMENTS.dev, crm: await crm('dotenv', 'non-production') };
    return {
      name: 'shop',
      ...own,
      secrets: {
        file_db: { file: this.vault('file') },
        exec_db: { exec: [process.execPath, '-e', EXEC, this.vault('exec')] },
      },
      references: { crm: 'connection', api: 'secret', cleaner: 'release', days: 'value' },
      environments: {
        prod,
        dev,
        ...(root === null ? {} : { stage: { ...dev, base: 'none', ...root } }),
      },
    };
  }

  /** What the command sees, and nothing of this process that could hold a secret. */
  get variables(): Readonly<Record<string, string>> {
    return {
      HOME: join(this.folder, 'home'),
      TMPDIR: join(this.folder, 'temp'),
      NODE_OPTIONS: `--import ${SPY}`,
      SPY: join(this.folder, 'arguments'),
      BOUGH_SECRETS: join(this.folder, 'vault'),
      OWN_DB: this.value('process'),
    };
  }

  /** Runs a command; all that it prints is evidence. */
  async run(...argv: readonly string[]): Promise<Ended> {
    const ended = await boughWith(this.variables, this.project, ...argv);
    const what = argv.join(' ');
    this.#outputs.push({ where: `stdout of ${what}`, content: ended.stdout });
    this.#outputs.push({ where: `stderr of ${what}`, content: ended.stderr });
    return ended;
  }

  /** Wherever a canary is seen: in what was printed, written or handed to others as arguments. */
  async sightings(more: readonly Evidence[] = []): Promise<readonly string[]> {
    const written = ['project/.bough', 'project/out', 'home', 'temp', 'arguments'].map((name) =>
      join(this.folder, name),
    );
    const found = written.filter((path) => existsSync(path)).flatMap((path) => evidenceAt(path));
    const evidence = [...this.#outputs, ...found, ...(await this.#homes.dump()), ...more];
    return sightings([...this.canaries.values()], evidence);
  }

  async clear(): Promise<void> {
    await this.#homes.clear();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const evidenceAt = (path: string): readonly Evidence[] =>
  statSync(path).isDirectory() ? filesOf(path) : [{ where: path, content: readFileSync(path) }];
