import { z } from 'zod';
import { CacheSettings, CacheSettingsInput, CacheStatus } from '../contract/cache.ts';
import { ProjectQuery } from '../contract/common.ts';
import type { App } from '../core/http.ts';
import { rateInterval } from '../statistics/intervals.ts';
import type { CacheCounts } from './create-answer-cache.ts';
import {
  type CacheSettingsDeps,
  emptyCache,
  readSettings,
  writeSettings,
} from './store-settings.ts';

const tags = ['cache'];

export interface CacheRouteDeps extends CacheSettingsDeps {
  /** What the caches of all processes of this machine did for a project, and hold (`sumCounts`). */
  counts(projectId: string): CacheCounts | Promise<CacheCounts>;
}

/** The answer cache of a project: settings, what it holds and saves, emptying it. */
export function cacheRoutes(app: App, deps: CacheRouteDeps): void {
  settingsRoutes(app, deps);
  app.get(
    '/api/v1/cache/status',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery,
        response: { 200: CacheStatus },
        tags,
        summary: 'What the cache of a project holds, and how often it answered.',
      },
    },
    async ({ auth }) => {
      const { maxBytes } = await readSettings(deps.database, auth.projectId);
      const counts = await deps.counts(auth.projectId);
      return toStatus(counts, { maxBytes, nowMs: deps.clock.now() });
    },
  );
  app.delete(
    '/api/v1/cache',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Throw away the answers of a project, within a second in every process.',
      },
    },
    async ({ auth }, reply) => {
      await emptyCache(deps, { projectId: auth.projectId, actor: auth.actor });
      return reply.code(204).send(null);
    },
  );
}

function settingsRoutes(app: App, deps: CacheRouteDeps): void {
  app.get(
    '/api/v1/cache',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery,
        response: { 200: CacheSettings },
        tags,
        summary: 'Whether and how a project keeps answers.',
      },
    },
    async ({ auth }) => readSettings(deps.database, auth.projectId),
  );
  app.put(
    '/api/v1/cache',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: CacheSettingsInput,
        response: { 200: CacheSettings },
        tags,
        summary: 'Set whether and how a project keeps answers.',
      },
    },
    async ({ auth, body }) => {
      const { projectId, actor } = auth;
      return writeSettings(deps, { projectId, actor }, body);
    },
  );
}

function toStatus(
  counts: CacheCounts,
  { maxBytes, nowMs }: { readonly maxBytes: number; readonly nowMs: number },
): CacheStatus {
  const { sinceMs, hits, misses, ...rest } = counts;
  return {
    at: new Date(nowMs).toISOString(),
    since: new Date(sinceMs).toISOString(),
    ...rest,
    maxBytes,
    hits,
    misses,
    hitRate: rateInterval(hits, hits + misses),
  };
}
