import { present, readText } from '../../frame/search.ts';

export interface InteractionsSearch {
  /** A line of the filter language. */
  filter?: string | undefined;
  /** The interaction in the side panel. */
  peek?: string | undefined;
}

export function readInteractionsSearch(search: Record<string, unknown>): InteractionsSearch {
  return present({ filter: readText(search['filter']), peek: readText(search['peek']) });
}
