import { present } from '../../frame/search.ts';

export interface PromptSearch {
  /** The version that is looked at. */
  version?: number | undefined;
  /** The version that it is compared with. */
  compare?: number | undefined;
}

function readVersion(value: unknown): number | undefined {
  const number = Number(value);
  return Number.isInteger(number) && number >= 1 ? number : undefined;
}

/** What the address says about the page; what is not valid is as if it were not there. */
export function readPromptSearch(search: Record<string, unknown>): PromptSearch {
  return present({
    version: readVersion(search['version']),
    compare: readVersion(search['compare']),
  });
}
