import type { Chapter } from '../pair.ts';
import { broad } from './broad.ts';
import { builds } from './builds.ts';
import { columns } from './columns.ts';
import { dialects } from './dialects.ts';
import { names } from './names.ts';
import { opaque } from './opaque.ts';
import { own } from './own.ts';
import { ownWays } from './own-ways.ts';
import { postgresWays } from './postgres-ways.ts';
import { rows } from './rows.ts';
import { sources } from './sources.ts';
import { spelling } from './spelling.ts';
import { stars } from './stars.ts';

export const CHAPTERS: readonly Chapter[] = [
  spelling,
  columns,
  rows,
  own,
  names,
  stars,
  builds,
  sources,
  ownWays,
  postgresWays,
  dialects,
  opaque,
  broad,
];
