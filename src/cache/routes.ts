import { z } from 'zod';
import { CacheSettings, CacheSettingsInput, CacheStatus } from '../contract/cache.ts';
import { ProjectQuery } from '../contract/common.ts';
import type { App } from '../core/http.ts';
import { rateInterval } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import type { CacheCounts } from './create-answer-cache.ts';
import {
  type CacheSettingsDeps,
  emptyCache,
  readSettings,
  writeSettings,
} from './store-settings.ts';

const tags = ['cache'];
const DAY_MS = 86_400_000;

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
      const now = new Date(deps.clock.now());
      const savings = await readSavings(deps.database, auth.projectId, now);
      return { ...toStatus(counts, now), ...savings, maxBytes };
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

type Savings = Pick<CacheStatus, 'savedMicroUsd' | 'unpricedHits' | 'savedSince'>;

/** Prices are known to the loader alone, so savings are read from what it stored. */
async function readSavings(database: Queryable, projectId: string, now: Date): Promise<Savings> {
  const since = new Date(now.getTime() - DAY_MS);
  const [row] = await database.query<{ saved: number; unpriced: number }>(
    `select coalesce(sum(saved_micro_usd), 0)::bigint as saved,
       count(*) filter (where saved_micro_usd is null) as unpriced
     from interactions
     where project_id = $1 and created_at >= $2 and created_at < $3 and cache = 'hit'`,
    [projectId, since, now],
  );
  return {
    savedMicroUsd: row?.saved ?? 0,
    unpricedHits: row?.unpriced ?? 0,
    savedSince: since.toISOString(),
  };
}

function toStatus(counts: CacheCounts, now: Date): Omit<CacheStatus, keyof Savings | 'maxBytes'> {
  const { sinceMs, hits, misses, ...rest } = counts;
  return {
    at: now.toISOString(),
    since: new Date(sinceMs).toISOString(),
    ...rest,
    hits,
    misses,
    hitRate: rateInterval(hits, hits + misses),
  };
}
