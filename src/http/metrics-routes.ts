import {
  AggregatorRegistry,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';
import { asError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import type { Metrics } from '../core/metrics.ts';

/** What prom-client's `getMetricsAsJSON` answers. */
export type MetricFamilies = readonly MetricObjectWithValues<MetricValue<string>>[];

const PATIENCE_MS = 3000;

/**
 * `GET /metrics` for Prometheus: what this thread counts, added to what other threads of the process
 * count. A thread that does not answer in time is left out, and the scrape still succeeds.
 */
export function metricsRoutes(
  app: App,
  deps: { metrics: Metrics; others: readonly (() => Promise<MetricFamilies>)[] },
): void {
  app.get(
    '/metrics',
    {
      config: { scope: 'metrics' },
      schema: { tags: ['operations'], summary: 'Prometheus metrics.' },
    },
    async (request, reply) => {
      const own: MetricFamilies = await deps.metrics.registry.getMetricsAsJSON();
      const asked = await Promise.allSettled(deps.others.map((other) => inTime(other())));
      const families: MetricFamilies[] = [own];
      for (const answer of asked) {
        if (answer.status === 'fulfilled') families.push(answer.value);
        else request.log.warn({ err: asError(answer.reason) }, 'metrics: a thread did not answer');
      }
      const merged = AggregatorRegistry.aggregate(families.map(keepAll));
      return reply
        .header('cache-control', 'no-store')
        .type(Registry.PROMETHEUS_CONTENT_TYPE)
        .send(await merged.metrics());
    },
  );
}

/** The library leaves families such as the start time of the process out of sums; here there is one of each. */
function keepAll(families: MetricFamilies): MetricObjectWithValues<MetricValue<string>>[] {
  return families.map((family) =>
    family.aggregator === 'omit' ? { ...family, aggregator: 'first' } : family,
  );
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer in ${PATIENCE_MS} ms`)), PATIENCE_MS);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
