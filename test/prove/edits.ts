import {
  changeLiteral,
  changeFilter,
  changeJoinKind,
  changeJoinCondition,
  addJoin,
  dropJoin,
  changeGrouping,
  changeHaving,
  changeQualify,
  changeWindow,
  toggleDistinct,
  changeOrder,
  changeLimit,
  changeSetOperation,
} from './edit-clauses.ts';
import {
  addItem,
  addColumn,
  dropItem,
  reorderItems,
  renameItem,
  changeItem,
  castItem,
  changeStar,
  addStar,
} from './edit-items.ts';
import { restyle, other, renameAlias, renameCte, reorderCtes } from './edit-layout.ts';
import {
  addNoRows,
  changeUnread,
  filterNothing,
  limitNothing,
  permuteData,
  repeatRow,
  sayOtherwise,
  spellData,
  swapTwins,
} from './edit-nothing.ts';
import type { Edit } from './edit-places.ts';
import {
  extractCte,
  wrapQuery,
  swapTable,
  changeClock,
  changeKind,
  changeNeeds,
  changeOpaque,
  changeTypes,
  describe,
  addModel,
  dropModel,
  changeData,
  addSourceColumn,
  dropSourceColumn,
  moveSourceColumn,
  retypeSource,
} from './edit-projects.ts';

export type Meaningful = 'nothing' | 'something';

/** Every kind of edit: how often it is made, whether it can mean anything, and how it is made. */
export const EDITS = {
  layout: {
    weight: 3,
    means: 'nothing',
    make: restyle(({ style }, random) => {
      style.layout = other(random, ['flat', 'lines', 'wide'], style.layout);
    }),
  },
  comments: {
    weight: 3,
    means: 'nothing',
    make: restyle(({ style }, random) => {
      style.comments = random.between(0, 999);
    }),
  },
  'letter case': {
    weight: 3,
    means: 'nothing',
    make: restyle(({ style }, random) => {
      if (random.chance(0.5)) style.small = !style.small;
      else style.names = other(random, ['plain', 'capital', 'quoted'], style.names);
    }),
  },
  'noise words': {
    weight: 3,
    means: 'nothing',
    make: restyle(({ style }, random) => {
      const word = random.pick(['inner', 'outer', 'as', 'ascending', 'semicolon', 'brackets', 'fromFirst'] as const);
      if (random.chance(0.2)) style.unequal = other(random, ['<>', '!='], style.unequal);
      else style[word] = !style[word];
    }),
  },
  'CTE renamed': { weight: 3, means: 'nothing', make: renameCte },
  'CTEs reordered': { weight: 2, means: 'nothing', make: reorderCtes },
  'alias renamed': { weight: 3, means: 'nothing', make: renameAlias },
  description: { weight: 1, means: 'nothing', make: describe },
  'item added': { weight: 10, means: 'something', make: addItem },
  'column added': { weight: 6, means: 'something', make: addColumn },
  'item dropped': { weight: 6, means: 'something', make: dropItem },
  'items reordered': { weight: 5, means: 'something', make: reorderItems },
  'item renamed': { weight: 5, means: 'something', make: renameItem },
  'item changed': { weight: 8, means: 'something', make: changeItem },
  'item cast': { weight: 4, means: 'something', make: castItem },
  literal: { weight: 6, means: 'something', make: changeLiteral },
  filter: { weight: 7, means: 'something', make: changeFilter },
  'join kind': { weight: 5, means: 'something', make: changeJoinKind },
  'join condition': { weight: 4, means: 'something', make: changeJoinCondition },
  'join added': { weight: 4, means: 'something', make: addJoin },
  'join dropped': { weight: 2, means: 'something', make: dropJoin },
  grouping: { weight: 5, means: 'something', make: changeGrouping },
  having: { weight: 3, means: 'something', make: changeHaving },
  qualify: { weight: 3, means: 'something', make: changeQualify },
  distinct: { weight: 4, means: 'something', make: toggleDistinct },
  order: { weight: 5, means: 'something', make: changeOrder },
  limit: { weight: 3, means: 'something', make: changeLimit },
  'set operation': { weight: 4, means: 'something', make: changeSetOperation },
  star: { weight: 5, means: 'something', make: changeStar },
  'star added': { weight: 3, means: 'something', make: addStar },
  'derived table to CTE': { weight: 3, means: 'something', make: extractCte },
  'query wrapped': { weight: 2, means: 'something', make: wrapQuery },
  'other table': { weight: 4, means: 'something', make: swapTable },
  clock: { weight: 1, means: 'something', make: changeClock },
  opaque: { weight: 1, means: 'something', make: changeOpaque },
  'depends on': { weight: 1, means: 'something', make: changeNeeds },
  'types declared': { weight: 2, means: 'something', make: changeTypes },
  'window clause': { weight: 2, means: 'something', make: changeWindow },
  'view or table': { weight: 2, means: 'something', make: changeKind },
  'model added': { weight: 2, means: 'something', make: addModel },
  'model dropped': { weight: 2, means: 'something', make: dropModel },
  data: { weight: 6, means: 'something', make: changeData },
  'data permuted': { weight: 3, means: 'something', make: permuteData },
  'data spelled otherwise': { weight: 2, means: 'something', make: spellData },
  'column nobody reads': { weight: 3, means: 'something', make: changeUnread },
  'row repeated': { weight: 2, means: 'something', make: repeatRow },
  'filter of nothing': { weight: 4, means: 'something', make: filterNothing },
  'same values': { weight: 4, means: 'something', make: sayOtherwise },
  'no rows added': { weight: 2, means: 'something', make: addNoRows },
  'limit of nothing': { weight: 1, means: 'something', make: limitNothing },
  'equal, not the same': { weight: 2, means: 'something', make: swapTwins },
  'source column added': { weight: 3, means: 'something', make: addSourceColumn },
  'source column dropped': { weight: 1, means: 'something', make: dropSourceColumn },
  'source column moved': { weight: 1, means: 'something', make: moveSourceColumn },
  'source retyped': { weight: 2, means: 'something', make: retypeSource },
} as const satisfies Readonly<
  Record<string, { readonly weight: number; readonly means: Meaningful; readonly make: Edit }>
>;

export type EditKind = keyof typeof EDITS;

export const WEIGHTS = Object.fromEntries(Object.entries(EDITS).map(([kind, { weight }]) => [kind, weight])) as Record<
  EditKind,
  number
>;
