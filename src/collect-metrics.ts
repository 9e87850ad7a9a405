import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue } from 'prom-client';
import type { Background } from './background.ts';
import type { Metrics } from './core/metrics.ts';
import type { GatewayProcesses } from './gateway-processes.ts';

type Family = MetricObjectWithValues<MetricValue<string>>;

/** The metrics of all our threads and processes in Prometheus' text format; families of the same name are added up. */
export async function collectMetrics(
  metrics: Metrics,
  background: Background,
  gateways: GatewayProcesses | null,
): Promise<string> {
  // Counting the ledger also sets its gauges, in the thread that is asked for its metrics next.
  await background.call('ledger');
  const main: readonly Family[] = await metrics.registry.getMetricsAsJSON();
  const other = (await background.metrics()) as readonly Family[];
  const processes = (await (gateways?.metrics() ?? [])) as readonly (readonly Family[])[];
  const all = [main, other, ...processes].map(withoutTypes);
  return await AggregatorRegistry.aggregate(all).metrics();
}

/** `aggregate` takes the families of cluster workers, whose declared type says less than what it reads. */
function withoutTypes(families: readonly Family[]): object[] {
  return [...families];
}
