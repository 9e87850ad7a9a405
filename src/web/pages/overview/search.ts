import { present } from '../../frame/search.ts';

export interface OverviewSearch {
  /** The period before is drawn and tested beside the range. */
  versus?: 'before' | undefined;
}

/** What the address says about the page; what is not valid is as if it were not there. */
export function readOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  return present({ versus: search['versus'] === 'before' ? ('before' as const) : undefined });
}
