import type { Rule } from './rule.ts';
import { allowanceUnused } from './rules/allowance-unused.ts';
import { environmentCircle } from './rules/environment-circle.ts';
import { environmentDuplicate } from './rules/environment-duplicate.ts';
import { environmentUndeclared } from './rules/environment-undeclared.ts';
import { homeShared } from './rules/home-shared.ts';
import { promotionImpossible } from './rules/promotion-impossible.ts';
import { databaseShared } from './rules/database-shared.ts';
import { neverCommitName } from './rules/never-commit-name.ts';
import { referenceUnused } from './rules/reference-unused.ts';
import { schemaHardCoded } from './rules/schema-hard-coded.ts';
import { secretInFile } from './rules/secret-in-file.ts';
import { sharedUnknown } from './rules/shared-unknown.ts';
import { selectStar } from './rules/select-star.ts';
import { selectorFloating } from './rules/selector-floating.ts';
import { selectorOverlap } from './rules/selector-overlap.ts';

export const RULES: readonly Rule[] = [
  environmentUndeclared,
  environmentDuplicate,
  environmentCircle,
  promotionImpossible,
  homeShared,
  databaseShared,
  selectorOverlap,
  selectorFloating,
  allowanceUnused,
  referenceUnused,
  schemaHardCoded,
  sharedUnknown,
  selectStar,
  secretInFile,
  neverCommitName,
];
