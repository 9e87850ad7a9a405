import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  ColumnMap,
  Dataset,
  DatasetItemPage,
  DatasetVersion,
  FileFormat,
  ImportPreview,
  ImportReply,
  ItemsAdded,
  ItemsFromFilter,
} from '../../contract/datasets.ts';
import { callApi } from '../api.ts';
import { useScope } from '../frame/scope.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

const ALL = ['datasets', 'dataset'] as const;

/** The datasets of the project, newest first. */
export function useDatasets(enabled = true) {
  return useProjectQuery<{ items: Dataset[] }>('datasets', '/api/v1/datasets', {
    query: { limit: 200 },
    enabled,
  });
}

function pathOf(id: string, rest = ''): string {
  return `/api/v1/datasets/${encodeURIComponent(id)}${rest}`;
}

export function useDataset(id: string) {
  return useProjectQuery<Dataset>('dataset', pathOf(id));
}

export function useVersions(id: string) {
  return useProjectQuery<{ items: DatasetVersion[] }>('dataset', pathOf(id, '/versions'), {
    query: { limit: 100 },
  });
}

/** Items of a version, page by page. */
export function useItems(id: string, version: number | undefined) {
  const { project } = useScope();
  const query = { project: project.slug, version, limit: 100 };
  return useInfiniteQuery({
    queryKey: ['dataset', project.slug, id, 'items', version ?? 'latest'],
    queryFn: ({ pageParam, signal }) =>
      callApi<z.infer<typeof DatasetItemPage>>(pathOf(id, '/items'), {
        query: { ...query, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

export function useCreateDataset() {
  return useProjectChange<{ name: string; description: string }, Dataset>(ALL, (body) => ({
    method: 'POST',
    path: '/api/v1/datasets',
    body,
  }));
}

export function useRemoveDataset(id: string) {
  return useProjectChange<void>(['datasets'], () => ({ method: 'DELETE', path: pathOf(id) }));
}

export function useRemoveItem(id: string) {
  return useProjectChange<string, ItemsAdded>(ALL, (itemId) => ({
    method: 'DELETE',
    path: pathOf(id, `/items/${itemId}`),
  }));
}

export function useAddInteractions() {
  return useProjectChange<
    { dataset: string; interactionIds: readonly string[]; reference: 'none' | 'answer' },
    ItemsAdded
  >(ALL, ({ dataset, ...body }) => ({
    method: 'POST',
    path: pathOf(dataset, '/items/from-interactions'),
    body,
  }));
}

export function useAddFromFilter(id: string) {
  return useProjectChange<z.input<typeof ItemsFromFilter>, ItemsAdded & { matched: number }>(
    ALL,
    (body) => ({ method: 'POST', path: pathOf(id, '/items/from-filter'), body }),
  );
}

export interface FileToSend {
  readonly file: File;
  readonly format: FileFormat;
  readonly columns: ColumnMap;
}

const TYPES = { jsonl: 'application/x-ndjson', csv: 'text/csv' } as const;
/** The beginning of a file tells how it is built. */
const PREVIEW_BYTES = 256 * 1024;

function columnsText(columns: ColumnMap): string | undefined {
  return Object.keys(columns).length === 0 ? undefined : JSON.stringify(columns);
}

/** How a file would be read. */
export function usePreview() {
  const { project } = useScope();
  return useMutation({
    mutationFn: ({ file, format, columns }: FileToSend) =>
      callApi<ImportPreview>('/api/v1/datasets/import-preview', {
        method: 'POST',
        query: { project: project.slug, format, columns: columnsText(columns) },
        body: file.slice(0, PREVIEW_BYTES, TYPES[format]),
      }),
  });
}

/** Sends a file as a new version. */
export function useImport(id: string) {
  const { project } = useScope();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ file, format, columns, mode }: FileToSend & { mode: 'append' | 'replace' }) =>
      callApi<ImportReply>(pathOf(id, '/import'), {
        method: 'POST',
        query: { project: project.slug, format, mode, columns: columnsText(columns) },
        body: file.slice(0, file.size, TYPES[format]),
      }),
    onSuccess: () =>
      Promise.all(ALL.map((name) => client.invalidateQueries({ queryKey: [name, project.slug] }))),
  });
}
