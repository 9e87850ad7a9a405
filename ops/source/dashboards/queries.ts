const RATE = '[$__rate_interval]';
/** Calls of the models that were chosen above the dashboard. */
export const CALLS = 'llm_gateway_llm_requests_total{model=~"$model"}';
export const FAILED = 'llm_gateway_llm_requests_total{model=~"$model",status="error"}';

/** Sum of the rates of a counter, by labels. */
export function rateBy(counter: string, ...labels: readonly string[]): string {
  const by = labels.length === 0 ? '' : ` by (${labels.join(', ')})`;
  return `sum${by} (rate(${counter}${RATE}))`;
}

/** A quantile of a histogram (its name with `_bucket` and matchers), by labels. */
export function quantile(q: number, buckets: string, ...labels: readonly string[]): string {
  return `histogram_quantile(${q}, sum by (${['le', ...labels].join(', ')}) (rate(${buckets}${RATE})))`;
}

/** Share of `part` in `whole` in percent; 0 where there is a whole and no part. */
export function percentBy(part: string, whole: string, ...labels: readonly string[]): string {
  const all = rateBy(whole, ...labels);
  return `100 * (${rateBy(part, ...labels)} or 0 * ${all}) / ${all}`;
}

/** Mean of a histogram over a range: its sum by its count. */
export function meanBy(histogram: string, labels: string, range = '$__rate_interval'): string {
  const [name = '', matchers = ''] = histogram.split(/(?=\{)/);
  const of = (part: string): string =>
    `sum by (${labels}) (rate(${name}_${part}${matchers}[${range}]))`;
  return `${of('sum')} / ${of('count')}`;
}

/** 0 instead of nothing, for what has not happened yet. */
export function orZero(expr: string): string {
  return `${expr} or vector(0)`;
}
