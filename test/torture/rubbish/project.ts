import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NEW_CODE, SHOP, write } from '../../support/shop.ts';
import { command } from './command.ts';

/** What users of the project look at. */
export const LOOK = 'SELECT country, revenue, orders FROM marts.revenue ORDER BY country';

/** A project that is published, with new code in its files and a plan of it; copies of it are ruined. */
export class Published {
  readonly #folder = mkdtempSync(join(tmpdir(), 'bough-rubbish-'));
  readonly #whole = join(this.#folder, 'whole');
  #count = 0;
  rows = '';

  static async make(): Promise<Published> {
    const made = new Published();
    const project = {
      ...SHOP,
      'config/shop/base.yaml': 'least: 5\nnames: [a, b]\nlimits: { low: 1, high: 2 }\n',
      'models/marts/large.sql': 'SELECT order_id FROM staging.orders WHERE amount > {{ shop.least }}\n',
      '.env': 'SHOP_KEY=nothing\n',
    };
    write(made.#whole, project);
    await made.#must('apply', 'prod', '--yes');
    made.rows = await made.#must('sql', '-e', LOOK);
    write(made.#whole, NEW_CODE);
    await made.#must('plan', 'prod', '-o', 'plan.json');
    return made;
  }

  async #must(...argv: readonly string[]): Promise<string> {
    const { exit, stdout, stderr } = await command(this.#whole, argv);
    if (exit !== 0) throw new Error(`bough ${argv.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** A copy of its own. */
  copy(): string {
    this.#count += 1;
    const folder = join(this.#folder, String(this.#count));
    cpSync(this.#whole, folder, { recursive: true });
    return folder;
  }

  /** Puts back what was ruined; with an engine's file goes what the engine keeps beside it. */
  mend(folder: string, paths: readonly string[]): void {
    for (const path of paths) {
      const whole = path.startsWith('.bough/') ? '.bough' : path;
      rmSync(join(folder, whole), { recursive: true, force: true });
      if (existsSync(join(this.#whole, whole)))
        cpSync(join(this.#whole, whole), join(folder, whole), { recursive: true });
    }
  }

  clear(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
