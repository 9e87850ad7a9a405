import { CostGrouping, CostInterval } from '../../../contract/costs.ts';
import { present } from '../../frame/search.ts';

export interface CostsSearch {
  groupBy?: CostGrouping | undefined;
  interval?: CostInterval | undefined;
}

/** What the address says about the page; what is not valid is as if it were not there. */
export function readCostsSearch(search: Record<string, unknown>): CostsSearch {
  return present({
    groupBy: CostGrouping.safeParse(search['groupBy']).data,
    interval: CostInterval.safeParse(search['interval']).data,
  });
}
