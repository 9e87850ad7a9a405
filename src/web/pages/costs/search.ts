import type { CostGrouping, CostInterval } from '../../../contract/costs.ts';
import { present, readChoice } from '../../frame/search.ts';

const GROUPINGS = {
  model: true,
  provider: true,
  user: true,
  key: true,
  tag: true,
  prompt: true,
} as const;
const INTERVALS = { day: true, week: true, month: true } as const;

export interface CostsSearch {
  groupBy?: CostGrouping | undefined;
  interval?: CostInterval | undefined;
}

/** What the address says about the page; what is not valid is as if it were not there. */
export function readCostsSearch(search: Record<string, unknown>): CostsSearch {
  return present({
    groupBy: readChoice<CostGrouping>(search['groupBy'], GROUPINGS),
    interval: readChoice<CostInterval>(search['interval'], INTERVALS),
  });
}
