import { present } from '../../frame/search.ts';

export interface RagSearch {
  /** The least score of a hit. */
  cutoff?: number | undefined;
}

const MOST = 20;

/** What the address says about the page; what is not valid is as if it were not there. */
export function readRagSearch(search: Record<string, unknown>): RagSearch {
  const cutoff = search['cutoff'];
  const isSound = typeof cutoff === 'number' && Math.abs(cutoff) <= MOST;
  return present({ cutoff: isSound ? Math.round(cutoff * 100) / 100 : undefined });
}
