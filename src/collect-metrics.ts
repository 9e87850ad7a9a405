import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client';
import type { Background } from './background.ts';
import type { Metrics } from './core/metrics.ts';

type Family = MetricObjectWithValues<MetricValue<string>>;

/** The metrics of all threads of this process in Prometheus' text format; families of the same name are added up. */
export async function collectMetrics(metrics: Metrics, background: Background): Promise<string> {
  // Counting the ledger also sets its gauges, in the thread that is asked for its metrics next.
  await background.call('ledger');
  const main: readonly Family[] = await metrics.registry.getMetricsAsJSON();
  const other = (await background.metrics()) as readonly Family[];
  return await AggregatorRegistry.aggregate([withoutTypes(main), withoutTypes(other)]).metrics();
}

/** `aggregate` takes the families of cluster workers, whose declared type says less than what it reads. */
function withoutTypes(families: readonly Family[]): object[] {
  return [...families];
}
