import type { z } from 'zod';
import type { CacheSettings, CacheSettingsInput, CacheStatus } from '../../contract/cache.ts';
import type { Limit, LimitChange, LimitStatus, NewLimit } from '../../contract/limits.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

/** The limits of the project. */
export function useLimits() {
  return useProjectQuery<{ items: Limit[] }>('limits', '/api/v1/limits', { query: { limit: 200 } });
}

/** Who is nearest to a limit at the moment. */
export function useLimitStatus() {
  return useProjectQuery<LimitStatus>('limits', '/api/v1/limits/status', { refetchMs: 5000 });
}

export function useCreateLimit() {
  return useProjectChange<z.input<typeof NewLimit>, Limit>(['limits'], (body) => ({
    method: 'POST',
    path: '/api/v1/limits',
    body,
  }));
}

export function useChangeLimit() {
  return useProjectChange<{ id: string; change: LimitChange }, Limit>(
    ['limits'],
    ({ id, change }) => ({
      method: 'PATCH',
      path: `/api/v1/limits/${encodeURIComponent(id)}`,
      body: change,
    }),
  );
}

export function useRemoveLimit() {
  return useProjectChange<string>(['limits'], (id) => ({
    method: 'DELETE',
    path: `/api/v1/limits/${encodeURIComponent(id)}`,
  }));
}

/** Whether and how answers are kept. */
export function useCacheSettings() {
  return useProjectQuery<CacheSettings>('cache', '/api/v1/cache');
}

/** What the cache holds and has done. */
export function useCacheStatus() {
  return useProjectQuery<CacheStatus>('cache', '/api/v1/cache/status', { refetchMs: 5000 });
}

export function useChangeCache() {
  return useProjectChange<z.input<typeof CacheSettingsInput>, CacheSettings>(['cache'], (body) => ({
    method: 'PUT',
    path: '/api/v1/cache',
    body,
  }));
}

export function useEmptyCache() {
  return useProjectChange<undefined>(['cache'], () => ({
    method: 'DELETE',
    path: '/api/v1/cache',
  }));
}
