import type { Planned } from '../../src/workspace/contract.ts';
import { isOwn } from '../../src/workspace/planner.ts';

/** Whether only a part of the project was planned. */
export const isPart = (planned: Planned): boolean => isOwn(planned) && planned.outside.size > 0;
