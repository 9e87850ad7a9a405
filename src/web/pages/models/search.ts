import { present, readText } from '../../frame/search.ts';

export interface ModelsSearch {
  /** The model, and its provider, that the others are compared with. */
  with?: string | undefined;
  withProvider?: string | undefined;
}

/** What the address says about the page; what is not valid is as if it were not there. */
export function readModelsSearch(search: Record<string, unknown>): ModelsSearch {
  return present({
    with: readText(search['with']),
    withProvider: readText(search['withProvider']),
  });
}
