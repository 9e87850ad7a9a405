import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Makers of metrics that are registered in `registry`. */
export function metricFactory(registry: Registry): MetricFactory {
  return {
    counter: (name, help, labelNames) =>
      new Counter({ name, help, labelNames: [...labelNames], registers: [registry] }),
    gauge: (name, help, labelNames) =>
      new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] }),
    histogram: (name, help, { labels, buckets }) =>
      new Histogram({ name, help, labelNames: [...labels], buckets, registers: [registry] }),
  };
}

interface MetricFactory {
  counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L>;
  gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L>;
  histogram<L extends string>(
    name: string,
    help: string,
    options: { labels: readonly L[]; buckets: number[] },
  ): Histogram<L>;
}
