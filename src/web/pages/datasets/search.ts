import { present, readText } from '../../frame/search.ts';

export interface DatasetsSearch {
  view?: 'runs' | undefined;
}

/** What the address says about the list; what is not valid is as if it were not there. */
export function readDatasetsSearch(search: Record<string, unknown>): DatasetsSearch {
  return present({ view: search['view'] === 'runs' ? ('runs' as const) : undefined });
}

export interface DatasetSearch {
  version?: number | undefined;
}

export function readDatasetSearch(search: Record<string, unknown>): DatasetSearch {
  const version = Number(search['version']);
  return present({ version: Number.isInteger(version) && version > 0 ? version : undefined });
}

export interface CompareSearch {
  baseline?: string | undefined;
  metric?: string | undefined;
}

export function readCompareSearch(search: Record<string, unknown>): CompareSearch {
  return present({ baseline: readText(search['baseline']), metric: readText(search['metric']) });
}
