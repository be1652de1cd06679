import { rmSync } from 'node:fs';
import { Random, seedOf } from '../../prove/random.ts';
import { inLanes, type Failure, type Line, type Run } from '../tally.ts';
import { damage, KINDS, type Kind } from './damage.ts';
import { judge } from './judge.ts';
import { Published } from './project.ts';

export interface RubbishRun extends Run {
  /** Most inputs; as many as there is time for where it is not given. */
  readonly most?: number;
  /** One input of the seed, and no other. */
  readonly point?: string;
}

/** Ruins one thing after the other, each in a copy of a published project. */
export async function rubbish({ point, most = Infinity, ...run }: RubbishRun): Promise<readonly Line[]> {
  const published = await Published.make();
  const tried = new Map<Kind, number>();
  const failures = new Map<Kind, Failure[]>();
  let number = point === undefined ? 0 : Number(point);
  const last = point === undefined ? most : number + 1;
  const next = (): number | undefined => (number < last ? number++ : undefined);
  await inLanes(run, next, async (one) => {
    const random = new Random(seedOf(run.seed, one));
    const kind = random.weighted(KINDS);
    const folder = published.copy();
    const found = damage(kind, folder, random);
    const text = await judge(published, folder, found);
    rmSync(folder, { recursive: true, force: true });
    tried.set(kind, (tried.get(kind) ?? 0) + 1);
    if (text === null) return;
    const replay = `--only rubbish --seed ${run.seed} --point ${one}`;
    const failure = { text: `${found.what}\n  ${text}`, replay };
    failures.set(kind, [...(failures.get(kind) ?? []), failure]);
    run.onFailure(failure);
  });
  published.clear();
  return [...tried].map(([kind, count]) => ({
    what: `rubbish: ${kind}`,
    tried: count,
    of: null,
    failures: failures.get(kind) ?? [],
  }));
}
